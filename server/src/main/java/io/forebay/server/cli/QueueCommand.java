package io.forebay.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay queue`: declared queues of a running node.
@Command(
    name = "queue",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Make, list, look into and delete queues of a running node.",
      "A queue keeps its place in the log while nobody consumes. Clients consume it by subscribing",
      "to $queue/NAME at QoS 1 or 2; each message goes to one of them."
    },
    subcommands = {
      QueueCreateCommand.class,
      QueueListCommand.class,
      QueuePeekCommand.class,
      QueueDeleteCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay queue create orders --filter 'orders/#'",
      "  forebay queue list",
      "  forebay queue peek orders -n 3",
      "  forebay sub -q 1 -t '$queue/orders'",
      "  forebay queue delete orders",
    })
public final class QueueCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli asks for the annotation and acts by itself
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: create, list, peek or delete");
  }
}
