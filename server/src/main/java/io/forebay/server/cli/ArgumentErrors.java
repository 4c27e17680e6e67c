package io.forebay.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/// Says what is wrong with an argument and where help is, instead of printing all of it: the error
/// would scroll away.
final class ArgumentErrors implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    UserErrors.tell(command, String.valueOf(wrong.getMessage()));
    String name = command.getCommandSpec().qualifiedName();
    UserErrors.tell(command, "'" + name + " --help' shows what there is, with examples");
    return CommandLine.ExitCode.USAGE;
  }
}
