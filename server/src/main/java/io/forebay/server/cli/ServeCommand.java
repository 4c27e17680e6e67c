package io.forebay.server.cli;

import io.forebay.server.config.Config;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `forebay serve`: runs a node until it is told to stop.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Runs a node until SIGTERM or Ctrl-C, which drain it and exit with 0.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay serve",
      "  forebay serve --config forebay.yaml",
      "  forebay serve --set listeners.mqtt.port=1884 --set node.name=north",
      "  FOREBAY_LISTENERS_MQTT_PORT=1884 FOREBAY_LOG=debug forebay serve",
    })
final class ServeCommand implements Callable<Integer> {
  private final RunningNode.Starter starter;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  ServeCommand(RunningNode.Starter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws Exception {
    Config config = options.load().config();
    try (RunningNode node = starter.start(config)) {
      AtomicBoolean stoppedByItself = new AtomicBoolean();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, stoppedByItself), "stop"));
      try {
        node.await();
      } finally {
        stoppedByItself.set(true);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  /// A signal makes the JVM exit with 143 or 130, unless it is halted by its shutdown hook. To be
  /// stopped is what a node is for, so it is a success.
  private static void stop(RunningNode node, AtomicBoolean stoppedByItself) {
    if (stoppedByItself.get()) {
      return;
    }
    node.close();
    Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
  }
}
