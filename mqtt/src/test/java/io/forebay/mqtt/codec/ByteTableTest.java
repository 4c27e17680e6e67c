package io.forebay.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// Runs the tables in `bytes/`.
class ByteTableTest {

  @TestFactory
  Stream<DynamicNode> everyRowDecodesAsTheStandardSays() {
    return ByteRow.TABLES.stream()
        .map(
            table ->
                dynamicContainer(
                    table,
                    ByteRow.table(table).stream()
                        .map(row -> dynamicTest(row.name(), () -> check(row)))));
  }

  @TestFactory
  Stream<DynamicNode> everyPrefixOfAGoodFrameIsIncompleteOrMalformed() {
    return ByteRow.all().stream()
        .filter(ByteRow::ok)
        .map(row -> dynamicTest(row.name(), () -> checkPrefixes(row)));
  }

  private static void check(ByteRow row) {
    if (row.ok()) {
      checkGood(row);
    } else {
      checkBad(row);
    }
  }

  private static void checkGood(ByteRow row) {
    ByteBuf in = Unpooled.wrappedBuffer(row.bytes());
    assertThat(Frames.length(in, Integer.MAX_VALUE)).isEqualTo(row.bytes().length);
    Packet packet = PacketDecoder.decode(in, row.bytes().length, row.version());
    assertThat(in.isReadable()).isFalse();
    for (String check : row.checks()) {
      int equals = check.indexOf('=');
      assertThat(Rendered.at(packet, check.substring(0, equals)))
          .as(check)
          .isEqualTo(check.substring(equals + 1));
    }
    ProtocolVersion version = version(row, packet);
    byte[] encoded = encode(packet, version);
    assertThat(Arrays.equals(encoded, row.bytes()))
        .as("encodes to the same bytes: %s", ByteBufUtil.hexDump(encoded))
        .isEqualTo(row.canonical());
    Packet again =
        PacketDecoder.decode(Unpooled.wrappedBuffer(encoded), encoded.length, row.version());
    assertThat(Rendered.of(again)).isEqualTo(Rendered.of(packet));
  }

  private static void checkBad(ByteRow row) {
    ByteBuf in = Unpooled.wrappedBuffer(row.bytes());
    MalformedPacket thrown =
        catchThrowableOfType(
            MalformedPacket.class,
            () -> PacketDecoder.decode(in, row.bytes().length, row.version()));
    assertThat(thrown).isNotNull();
    assertThat(thrown.reason().name()).as(thrown.getMessage()).isEqualTo(row.firstWord());
    for (String check : row.checks()) {
      ProtocolVersion version = thrown.version();
      assertThat("answer=" + (version == null ? "none" : version.name())).isEqualTo(check);
    }
  }

  private static void checkPrefixes(ByteRow row) {
    for (int length = 0; length < row.bytes().length; length++) {
      ByteBuf prefix = Unpooled.wrappedBuffer(row.bytes(), 0, length);
      assertThat(Frames.length(prefix, Integer.MAX_VALUE))
          .isIn(Frames.INCOMPLETE, row.bytes().length);
      MalformedPacket thrown =
          catchThrowableOfType(
              MalformedPacket.class,
              () -> PacketDecoder.decode(prefix, prefix.readableBytes(), row.version()));
      assertThat(thrown).as("prefix of %d bytes", length).isNotNull();
    }
  }

  private static ProtocolVersion version(ByteRow row, Packet packet) {
    return packet instanceof Connect connect
        ? connect.version()
        : Objects.requireNonNull(row.version());
  }

  private static byte[] encode(Packet packet, ProtocolVersion version) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.encode(packet, version, out);
    assertThat(PacketEncoder.size(packet, version)).isEqualTo(out.readableBytes());
    return ByteBufUtil.getBytes(out);
  }
}
