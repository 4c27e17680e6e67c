package io.forebay.server.cli;

import io.forebay.store.LogFiles;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `forebay log export`: messages for programs.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Write all messages, or those chosen, as JSON lines: position, time, topic, qos, retain,",
      "payload (or payloadBase64 if it is not UTF-8), publisher, expiresAt and the properties that",
      "they have."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay log export > messages.jsonl",
      "  forebay log export -t 'orders/#' --from 2026-01-31T12:00:00Z | jq .topic",
      "  forebay log export --data /var/lib/forebay --stream vehicles",
      "",
      "Exit code: 0 done, 2 something has to be changed first.",
    })
final class LogExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final LogSelection selection = new LogSelection();

  @Mixin private final LogOptions options = new LogOptions();

  @Override
  public Integer call() throws IOException {
    selection.check();
    try (LogFiles files = LogFiles.open(options.directory());
        LogOutput out = new LogOutput(spec.commandLine().getOut())) {
      selection.each(
          files,
          InstantSource.system(),
          (position, stored) -> out.line(MessageJson.of(position, stored.message())));
    }
    return CommandLine.ExitCode.OK;
  }
}
