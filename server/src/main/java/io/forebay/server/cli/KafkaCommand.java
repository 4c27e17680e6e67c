package io.forebay.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay kafka`: the cluster that nodes share.
@Command(
    name = "kafka",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Look at the Kafka cluster that nodes with engine: kafka share.",
    subcommands = KafkaCheckCommand.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay kafka check --config forebay.yaml",
      "  forebay kafka check --set engine=kafka --set kafka.bootstrap.servers=localhost:9092",
    })
final class KafkaCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: check");
  }
}
