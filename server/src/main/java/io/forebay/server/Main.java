package io.forebay.server;

import io.forebay.server.cli.ForebayCommand;

/// The program.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(ForebayCommand.commandLine(Node::start, arguments).execute(arguments));
  }
}
