package io.forebay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.store.Durability;
import io.forebay.store.EmbeddedEngine;
import io.forebay.store.StoreSettings;
import io.forebay.store.StreamSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LogCommandTest {
  private static final byte[] NO_TEXT = {(byte) 0xFF, 0};

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  /// Writes and closes, so that all is in files.
  private void write(Message... messages) {
    StreamSettings rest = stream(StreamSettings.DEFAULT);
    try (EmbeddedEngine engine =
        EmbeddedEngine.open(StoreSettings.of(directory, 0), List.of(stream("rooms"), rest))) {
      engine.start(new Nobody());
      Batch batch = new Batch(0);
      for (Message message : messages) {
        batch.append(message, null, 0, null);
      }
      engine.submit(batch);
    }
  }

  private static StreamSettings stream(String name) {
    return new StreamSettings(
        name, List.of(), StreamSettings.Capture.ALL, Durability.DISK, 1L << 50, 1L << 30);
  }

  private static Message message(String topic, byte[] payload, long timestampMillis) {
    return new Message(
        topic,
        payload,
        Qos.AT_LEAST_ONCE,
        false,
        Properties.NONE,
        "me",
        timestampMillis,
        Message.NEVER);
  }

  private void writeThree() {
    write(
        message("rooms/1/light", "on".getBytes(UTF_8), 1_000),
        message("rooms/2/light", NO_TEXT, 2_000),
        message("doors/1", "open\u001b".getBytes(UTF_8), 3_000));
  }

  private int run(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("log", command, "--data"));
    arguments.add(directory.toString());
    arguments.addAll(List.of(more));
    CommandLine commandLine =
        ForebayCommand.commandLine(
            config -> {
              throw new IllegalStateException("no node is wanted");
            });
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments.toArray(String[]::new));
  }

  @Test
  void dumpShowsOneLineForEachMessage() {
    writeThree();
    assertThat(run("dump")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "rooms/0/1/0 1970-01-01T00:00:01Z q1 rooms/1/light on",
            "rooms/0/1/1 1970-01-01T00:00:02Z q1 rooms/2/light 0xff00",
            "default/0/1/0 1970-01-01T00:00:03Z q1 doors/1 open\\u001b");
  }

  @Test
  void exportWritesWhatIsChosenAsJsonLines() {
    writeThree();
    assertThat(run("export", "-t", "rooms/+/light", "--from", "1970-01-01T00:00:02Z")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"position\":\"rooms/0/1/1\",\"time\":\"1970-01-01T00:00:02Z\","
                + "\"topic\":\"rooms/2/light\",\"qos\":1,\"retain\":false,"
                + "\"payloadBase64\":\"/wA=\",\"publisher\":\"me\"}");
  }

  @Test
  void aPositionAndACountChooseMessages() {
    writeThree();
    assertThat(run("dump", "--from", "rooms/0/1/1")).isZero();
    assertThat(run("dump", "--stream", "rooms", "-n", "1")).isZero();
    assertThat(out.toString().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly("rooms/0/1/1", "rooms/0/1/0");
  }

  @Test
  void statTellsOfStreamsAndTables() {
    writeThree();
    assertThat(run("stat", "--set", "streams.rooms.retain-for=7d")).isZero();
    assertThat(out.toString())
        .contains("stream rooms", "rooms/0/1/2", "7d, 10GiB, durability disk", "retained");
  }

  @Test
  void statAsJsonIsForPrograms() {
    writeThree();
    assertThat(run("stat", "--json")).isZero();
    assertThat(out.toString())
        .startsWith("{\"data\":")
        .contains("\"messages\":3", "{\"stream\":\"rooms\",\"start\":\"rooms/0/1/0\"")
        .contains("\"oldest\":\"1970-01-01T00:00:01Z\"");
  }

  @Test
  void verifyIsContentWithWhatIsNotDamaged() {
    writeThree();
    assertThat(run("verify")).isZero();
    assertThat(out.toString()).contains("nothing is damaged");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void verifyNamesADamagedFileAndExportStopsThere() throws IOException {
    writeThree();
    Path damaged = damage();
    assertThat(run("verify")).isEqualTo(1);
    assertThat(out.toString())
        .contains("damaged: " + damaged.getFileName(), "forebay log export", "nothing was changed");
    assertThat(run("export")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("forebay: cannot read on at rooms/0/1/0: ")
        .contains("is damaged");
  }

  /// Changes a byte of the first message.
  private Path damage() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sst")).toList()) {
        int place = new String(Files.readAllBytes(file), ISO_8859_1).indexOf("rooms/1/light");
        if (place >= 0) {
          try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(place);
            open.write('R');
          }
          return file;
        }
      }
    }
    throw new AssertionError("no file has the message");
  }

  @Test
  void whereThereIsNothingItSaysSo() {
    assertThat(run("stat")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("forebay: ")
        .contains("is no data directory of Forebay");
  }

  @Test
  void wrongArgumentsAreTold() {
    writeThree();
    assertThat(run("dump", "--from", "yesterday")).isEqualTo(2);
    assertThat(run("dump", "--stream", "none")).isEqualTo(2);
    assertThat(run("dump", "--from", "rooms/0/1/99")).isEqualTo(2);
    assertThat(run("dump", "-t", "a/#/b")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--from: a replay begins at 'earliest'")
        .contains("there is no stream 'none' on disk; there is rooms, default")
        .contains("is beyond the end of the log, which is at rooms/0/1/2")
        .contains("--topic: 'a/#/b'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stat", "dump", "export", "verify"})
  void everyCommandHelpsWithExamples(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: forebay log " + command, "Examples:", "--data");
  }

  private static final class Nobody implements CommitListener {
    @Override
    public boolean committed(Stored stored) {
      return false;
    }

    @Override
    public void settled(Batch batch, @Nullable EngineFailure failure) {}

    @Override
    public void endOfCommit() {}
  }
}
