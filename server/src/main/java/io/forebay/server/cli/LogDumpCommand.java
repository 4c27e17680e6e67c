package io.forebay.server.cli;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.server.logging.ControlCharacters;
import io.forebay.store.LogFiles;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `forebay log dump`: messages for people.
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Print messages: position, time, QoS, topic and the beginning of the payload.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay log dump",
      "  forebay log dump -t 'rooms/+/light' -t 'doors/#' -n 20",
      "  forebay log dump --stream vehicles --from 1h",
      "  forebay log dump --data /var/lib/forebay --from default/0/1/4711 -n 1",
      "",
      "Exit code: 0 done, 2 something has to be changed first.",
    })
final class LogDumpCommand implements Callable<Integer> {
  private static final int PREVIEW_CHARACTERS = 80;
  private static final int PREVIEW_HEX_BYTES = 24;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final LogSelection selection = new LogSelection();

  @Mixin private final LogOptions options = new LogOptions();

  @Override
  public Integer call() throws IOException {
    selection.check();
    try (LogFiles files = LogFiles.open(options.directory());
        LogOutput out = new LogOutput(spec.commandLine().getOut())) {
      selection.each(
          files, InstantSource.system(), (position, stored) -> out.line(line(position, stored)));
    }
    return CommandLine.ExitCode.OK;
  }

  private static String line(Position position, Stored stored) {
    Message message = stored.message();
    return ControlCharacters.escape(
        position
            + " "
            + Instant.ofEpochMilli(message.timestampMillis())
            + " q"
            + message.qos().level()
            + (message.retain() ? "r " : " ")
            + message.topic()
            + " "
            + preview(message.payload()));
  }

  private static String preview(byte[] payload) {
    String text = MessageJson.asText(payload);
    if (text == null) {
      int shown = Math.min(payload.length, PREVIEW_HEX_BYTES);
      return "0x"
          + HexFormat.of().formatHex(payload, 0, shown)
          + (shown < payload.length ? more(payload.length) : "");
    }
    return text.length() <= PREVIEW_CHARACTERS
        ? text
        : text.substring(0, PREVIEW_CHARACTERS) + more(payload.length);
  }

  private static String more(int bytes) {
    return "… (%,d bytes)".formatted(bytes);
  }
}
