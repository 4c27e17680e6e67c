package io.forebay.server.cli;

import io.forebay.server.config.EffectiveConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `forebay config`: checks the configuration, or prints it.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Checks the configuration without starting a node, or prints it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay config --config forebay.yaml              check a file",
      "  forebay config --print                            every key: doc, value, where it is from",
      "  forebay config --print --set node.name=north > forebay.yaml",
    })
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--print",
      description = "Print what is in effect, as a file that can be used in turn.")
  private boolean print;

  @Override
  public Integer call() {
    EffectiveConfig effective = options.load();
    PrintWriter out = spec.commandLine().getOut();
    if (print) {
      out.print(effective.toYaml());
    } else {
      out.println("the configuration is valid; see it with: forebay config --print");
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
