package io.forebay.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "30 80", "30 FF FF FF"})
  void aHeaderThatIsNotAllThereIsIncomplete(String bytes) {
    assertThat(Frames.length(buffer(bytes), Integer.MAX_VALUE)).isEqualTo(Frames.INCOMPLETE);
  }

  /// The bounds of table 2-1 of §1.5.5.
  @ParameterizedTest
  @CsvSource({
    "30 00, 2",
    "30 7F, 129",
    "30 80 01, 131",
    "30 FF 7F, 16386",
    "30 80 80 01, 16388",
    "30 FF FF 7F, 2097155",
    "30 80 80 80 01, 2097157",
    "30 FF FF FF 7F, 268435460"
  })
  void theLengthIsKnownAsSoonAsTheHeaderIs(String bytes, int length) {
    assertThat(Frames.length(buffer(bytes), Integer.MAX_VALUE)).isEqualTo(length);
  }

  @Test
  void theReaderIndexStaysAndIsWhereTheFrameStarts() {
    ByteBuf in = buffer("FF FF FF C0 00");
    in.skipBytes(3);
    assertThat(Frames.length(in, 2)).isEqualTo(2);
    assertThat(in.readerIndex()).isEqualTo(3);
  }

  @Test
  void aRemainingLengthOfFiveBytesIsMalformed() {
    assertThat(thrown("30 80 80 80 80 01", Integer.MAX_VALUE).reason())
        .isEqualTo(ReasonCode.MALFORMED_PACKET);
  }

  @Test
  void aRemainingLengthWhoseFourthByteAsksForMoreIsMalformedBeforeTheFifthCame() {
    assertThat(thrown("30 80 80 80 80", Integer.MAX_VALUE).reason())
        .isEqualTo(ReasonCode.MALFORMED_PACKET);
  }

  @Test
  void aFrameAboveTheMaximumIsTooLargeBeforeItsBodyCame() {
    assertThat(thrown("30 7F", 128).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    assertThat(Frames.length(buffer("30 7F"), 129)).isEqualTo(129);
  }

  private static MalformedPacket thrown(String bytes, int maximumPacketSize) {
    MalformedPacket thrown =
        catchThrowableOfType(
            MalformedPacket.class, () -> Frames.length(buffer(bytes), maximumPacketSize));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  private static ByteBuf buffer(String bytes) {
    return Unpooled.wrappedBuffer(ByteNotation.parse(bytes));
  }
}
