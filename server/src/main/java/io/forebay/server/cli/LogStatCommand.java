package io.forebay.server.cli;

import io.forebay.server.config.Config;
import io.forebay.store.LogFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `forebay log stat`: what there is and how much.
@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Show the streams of a data directory with positions, sizes and times, and its tables.",
      "start is the oldest position that is kept, head the one that the next message gets."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay log stat",
      "  forebay log stat --config forebay.yaml",
      "  forebay log stat --data /var/lib/forebay --json | jq '.streams[].messages'",
      "",
      "Exit code: 0 shown, 2 something has to be changed first.",
    })
final class LogStatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private final LogOptions options = new LogOptions();

  @Override
  public Integer call() throws IOException {
    Config config = options.config();
    Path directory = options.directory(config);
    PrintWriter out = spec.commandLine().getOut();
    try (LogFiles files = LogFiles.open(directory)) {
      LogReport report =
          new LogReport(directory, files.streams(), files.tables(), config.streams());
      if (json) {
        out.println(report.json());
      } else {
        report.lines().forEach(out::println);
      }
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
