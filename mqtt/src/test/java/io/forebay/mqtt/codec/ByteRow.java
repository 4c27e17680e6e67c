package io.forebay.mqtt.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.mqtt.ProtocolVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One row of a table in `bytes/`, for one of its versions.
record ByteRow(
    String name, @Nullable ProtocolVersion version, byte[] bytes, String expected) {

  static final List<String> TABLES =
      List.of(
          "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe",
          "suback", "unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth",
          "reserved");

  static List<ByteRow> all() {
    return TABLES.stream().flatMap(table -> table(table).stream()).toList();
  }

  static List<ByteRow> table(String table) {
    List<ByteRow> rows = new ArrayList<>();
    int line = 0;
    for (String text : read(table).lines().toList()) {
      line++;
      if (!text.isBlank() && !text.startsWith("#")) {
        rows.addAll(parse(table + ".txt:" + line, text));
      }
    }
    return rows;
  }

  private static String read(String table) {
    try (InputStream in = ByteRow.class.getResourceAsStream("/bytes/" + table + ".txt")) {
      return new String(Objects.requireNonNull(in, table).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ByteRow> parse(String where, String text) {
    String[] columns = text.split("\\|", -1);
    if (columns.length != 4) {
      throw new IllegalArgumentException(where + ": expected four columns: " + text);
    }
    List<ByteRow> rows = new ArrayList<>();
    for (String version : columns[1].strip().split(",", -1)) {
      String name =
          where + " " + columns[0].strip() + " in " + version + ": " + columns[2].strip();
      byte[] bytes = ByteNotation.parse(columns[2]);
      rows.add(new ByteRow(name, version(version), bytes, columns[3].strip()));
    }
    return rows;
  }

  private static @Nullable ProtocolVersion version(String text) {
    return switch (text) {
      case "-" -> null;
      case "3.1" -> ProtocolVersion.V3_1;
      case "3.1.1" -> ProtocolVersion.V3_1_1;
      case "5" -> ProtocolVersion.V5;
      default -> throw new IllegalArgumentException("no version of MQTT: " + text);
    };
  }

  boolean ok() {
    return expected.startsWith("ok");
  }

  boolean canonical() {
    return ok() && !expected.startsWith("ok~");
  }

  /// The words after the first: what to check.
  List<String> checks() {
    List<String> words = List.of(expected.split("\\s+", -1));
    return words.subList(1, words.size());
  }

  String firstWord() {
    return expected.split("\\s+", -1)[0];
  }
}
