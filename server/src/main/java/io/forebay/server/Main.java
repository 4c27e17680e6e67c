package io.forebay.server;

import io.forebay.server.cli.ForebayCommand;

/// The program.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // A client of TLS 1.2 could have us compute one handshake after the other. The JDK looks at
    // this
    // once, before the first connection of its TLS, whoever opens that.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    System.exit(ForebayCommand.commandLine(Node::start, arguments).execute(arguments));
  }
}
