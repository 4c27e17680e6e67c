package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ControlFormatTest {
  private static final int SEEDS = 20_000;
  private static final HexFormat HEX = HexFormat.of();
  private static final Uuid ID = new Uuid(1, 2);
  private static final String ID_HEX = "00000000000000010000000000000002";

  @Test
  void whatOtherVersionsReadStaysAsItIs() {
    looks(row(9, "ab", "k", "v", null), "7202" + hex("ab") + hex("k"), hex("v"), "w=" + number(9));
    looks(
        row(9, "ab", "k", null, "client/c"),
        "7202" + hex("ab") + hex("k"),
        null,
        "w=" + number(9),
        "c=" + hex("client/c"));
    looks(new Control.Take(3, "client/ä", false), "74" + number(3) + hex("client/ä"), "00");
    looks(new Control.Take(3, "q", true), "74" + number(3) + hex("q"), "01");
    looks(new Control.Release(3, "q"), "74" + number(3) + hex("q"), null);
    looks(new Control.Hello(ID, "node-1"), "6e" + ID_HEX, hex("node-1"));
    looks(new Control.Verdict(3), "64" + number(3), "");
    looks(
        new Control.Entered(ID, 5, -1, "vehicles"),
        "70" + ID_HEX + "00000005" + "ffffffffffffffff",
        hex("vehicles"));
  }

  private static void looks(
      Control control, String key, @Nullable String value, String... headers) {
    ProducerRecord<byte[], byte[]> record = ControlFormat.encode(control);

    assertThat(record.topic()).isEqualTo("forebay.sessions");
    assertThat(record.partition()).isZero();
    assertThat(HEX.formatHex(record.key())).isEqualTo(key);
    assertThat(Optional.ofNullable(record.value()).map(HEX::formatHex))
        .isEqualTo(Optional.ofNullable(value));
    assertThat(Arrays.stream(record.headers().toArray()).map(ControlFormatTest::text))
        .containsExactly(headers);
  }

  private static String text(Header header) {
    return header.key() + "=" + HEX.formatHex(header.value());
  }

  private static String hex(String text) {
    return HEX.formatHex(text.getBytes(UTF_8));
  }

  private static String number(long number) {
    return HEX.toHexDigits(number);
  }

  private static Control row(
      long writer, String table, String key, @Nullable String value, @Nullable String claim) {
    byte[] bytes = value == null ? null : value.getBytes(UTF_8);
    return new Control.Row(writer, new Batch.Row(table, key.getBytes(UTF_8), bytes, claim));
  }

  @Test
  void whatIsWrittenComesBackTheSame() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Control control = random(new Random(seed));
      Control read = ControlFormat.decode(Read.back(ControlFormat.encode(control)));

      assertThat(read).as("seed %s", seed).isNotNull();
      assertThat(parts(read)).as("seed %s", seed).isEqualTo(parts(control));
    }
  }

  /// Records compare their arrays by identity.
  private static List<Object> parts(@Nullable Control control) {
    return control instanceof Control.Row(long writer, Batch.Row row)
        ? List.of(
            writer,
            row.table(),
            ByteBuffer.wrap(row.key()),
            Optional.ofNullable(row.value()).map(ByteBuffer::wrap),
            Optional.ofNullable(row.claim()))
        : List.of(control == null ? "nothing" : control);
  }

  private static Control random(Random random) {
    return switch (random.nextInt(6)) {
      case 0 ->
          new Control.Row(
              random.nextLong(),
              new Batch.Row(
                  "t".repeat(random.nextInt(256)),
                  bytes(random),
                  random.nextBoolean() ? bytes(random) : null,
                  random.nextBoolean() ? text(random) : null));
      case 1 -> new Control.Take(random.nextLong(), text(random), random.nextBoolean());
      case 2 -> new Control.Release(random.nextLong(), text(random));
      case 3 -> new Control.Hello(id(random), text(random));
      case 4 -> new Control.Verdict(random.nextLong());
      default -> new Control.Entered(id(random), random.nextInt(), random.nextLong(), text(random));
    };
  }

  private static Uuid id(Random random) {
    return new Uuid(random.nextLong(), random.nextLong());
  }

  private static String text(Random random) {
    return List.of("", "client/c", "queue/$share/g/a/#", "ä€🚗", "x".repeat(300))
        .get(random.nextInt(5));
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatIsNothingOfOursIsPassedOver() {
    byte[] some = {1};
    Header writer = new RecordHeader("w", new byte[8]);
    for (ConsumerRecord<byte[], byte[]> each :
        List.of(
            Read.record(null, some),
            Read.record(new byte[0], some),
            Read.record(new byte[] {'x', 1, 2}, some),
            Read.record(new byte[] {'r'}, some, writer),
            Read.record(new byte[] {'r', 5, 'a'}, some, writer),
            Read.record(new byte[] {'r', -1, 'a'}, some, writer),
            Read.record(new byte[] {'r', 1, 'a'}, some),
            Read.record(new byte[] {'r', 1, 'a'}, some, new RecordHeader("w", new byte[7])),
            Read.record(new byte[] {'r', 1, 'a'}, some, header("w")),
            Read.record(new byte[] {'r', 1, 'a'}, some, writer, header("c")),
            Read.record(new byte[] {'t', 1}, some),
            Read.record(new byte[] {'d', 1}, some),
            Read.record(new byte[17], null),
            Read.record(new byte[] {'n', 1}, some),
            Read.record(new byte[] {'p', 1}, some))) {
      assertThat(ControlFormat.decode(each)).isNull();
    }
  }

  // NullAway: a header of Kafka's may have no value.
  @SuppressWarnings("NullAway")
  private static Header header(String name) {
    return new RecordHeader(name, (byte[]) null);
  }

  @Test
  void damageIsNoException() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ProducerRecord<byte[], byte[]> sent = ControlFormat.encode(random(random));
      byte[] key = Arrays.copyOf(sent.key(), random.nextInt(sent.key().length + 1));
      if (key.length > 1) {
        key[1 + random.nextInt(key.length - 1)] = (byte) random.nextInt();
      }
      byte[] value = random.nextBoolean() ? sent.value() : null;
      Control read = ControlFormat.decode(Read.record(key, value, sent.headers().toArray()));

      assertThat(parts(read)).as("seed %s", seed).isNotEmpty();
    }
  }
}
