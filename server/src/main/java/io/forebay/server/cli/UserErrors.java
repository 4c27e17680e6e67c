package io.forebay.server.cli;

import io.forebay.security.acl.AclException;
import io.forebay.server.config.ConfigException;
import io.forebay.server.logging.ControlCharacters;
import io.forebay.store.StoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Keeps the user's trouble and ours apart: the user gets one line for each thing to change, a
/// fault of ours gets its stack trace.
final class UserErrors implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception fault, CommandLine command, @Nullable ParseResult parsed) throws Exception {
    return switch (fault) {
      case ConfigException wrong -> tell(command, String.valueOf(wrong.getMessage()));
      case AclException wrong -> tell(command, String.valueOf(wrong.getMessage()));
      case StoreException trouble -> tell(command, String.valueOf(trouble.getMessage()));
      case IOException trouble -> tell(command, message(trouble));
      default -> throw fault;
    };
  }

  /// One line on standard error for each line of the message.
  static int tell(CommandLine command, String message) {
    message
        .lines()
        .map(ControlCharacters::escape)
        .forEach(line -> command.getErr().println("forebay: " + line));
    command.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(IOException trouble) {
    return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
  }
}
