package io.forebay.server.cli;

import io.forebay.core.session.StoredRows;
import io.forebay.server.logging.ControlCharacters;
import io.forebay.store.LogCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `forebay log verify`: reads everything.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Read all of a data directory and tell what is damaged: checksums of files and of the",
      "write-ahead log, every message, the topic index, the rows of tables. Changes nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay log verify",
      "  forebay log verify --data /var/lib/forebay && echo fine",
      "",
      "Exit code: 0 nothing is damaged, 1 something is, 2 something has to be changed first.",
    })
final class LogVerifyCommand implements Callable<Integer> {
  private static final int DAMAGED = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final LogOptions options = new LogOptions();

  @Override
  public Integer call() {
    Path directory = options.directory();
    PrintWriter out = spec.commandLine().getOut();
    SlowProgress progress =
        new SlowProgress(spec.commandLine().getErr(), ProgressLine.onTerminal(), System::nanoTime);
    int[] damaged = {0};
    LogCheck.run(
        directory,
        StoredRows::check,
        progress,
        damage -> {
          damaged[0]++;
          progress.over();
          out.println(
              ControlCharacters.escape("damaged: " + damage.where() + ": " + damage.what()));
        });
    progress.over();
    if (damaged[0] == 0) {
      out.println(directory + ": nothing is damaged");
    } else {
      out.println(
          directory
              + ": %,d places are damaged; nothing was changed. Put back a copy of the directory,"
                  .formatted(damaged[0])
              + " or take out what can be read with 'forebay log export' and begin with an empty"
              + " one.");
    }
    out.flush();
    return damaged[0] == 0 ? CommandLine.ExitCode.OK : DAMAGED;
  }
}
