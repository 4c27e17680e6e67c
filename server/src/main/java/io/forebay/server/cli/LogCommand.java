package io.forebay.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay log`: what is in a data directory.
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look into a data directory: it is only read, and a node may run there meanwhile. What is",
      "shown is what was committed when the command began."
    },
    subcommands = {
      LogStatCommand.class,
      LogDumpCommand.class,
      LogExportCommand.class,
      LogVerifyCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay log stat                                streams, sizes, positions, retention",
      "  forebay log dump -t 'rooms/#' --from 1h         messages, one line each",
      "  forebay log export --data /var/lib/forebay      messages as JSON lines",
      "  forebay log verify --config forebay.yaml        read everything, tell what is damaged",
    })
final class LogCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "log needs to be told what to do");
  }
}
