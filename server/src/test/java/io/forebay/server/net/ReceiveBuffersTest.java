package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceiveBuffersTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ExtendedHandle sizes = ReceiveBuffers.INSTANCE.newHandle();

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void aFullBufferMakesTheNextOneLarger() {
    turn(2048);
    assertThat(sizes.guess()).isEqualTo(32_768);
    turn(32_768);
    assertThat(sizes.guess()).isEqualTo(65_536);
    turn(65_536);
    assertThat(sizes.guess()).isEqualTo(65_536);
  }

  @Test
  void twoTurnsThatHalfOfItWouldHaveDoneForMakeItSmaller() {
    turn(1024);
    assertThat(sizes.guess()).isEqualTo(2048);
    turn(1024);
    assertThat(sizes.guess()).isEqualTo(1024);
    for (int i = 0; i < 20; i++) {
      turn(2);
    }
    assertThat(sizes.guess()).isEqualTo(64);
  }

  @Test
  void aTurnGoesOnWhileBuffersAreFullAndTheChannelIsRead() {
    sizes.reset(channel.config());
    read(2048);
    assertThat(sizes.continueReading()).isTrue();
    channel.config().setAutoRead(false);
    assertThat(sizes.continueReading()).isFalse();
    channel.config().setAutoRead(true);
    read(1);
    assertThat(sizes.continueReading()).isFalse();
    assertThat(sizes.continueReading(() -> true)).isTrue();
  }

  @Test
  void aTurnHasSixteenReads() {
    sizes.reset(channel.config());
    for (int i = 0; i < 16; i++) {
      assertThat(i == 0 || sizes.continueReading()).isTrue();
      read(sizes.guess());
    }
    assertThat(sizes.continueReading()).isFalse();
  }

  private void turn(int bytes) {
    sizes.reset(channel.config());
    read(bytes);
    sizes.readComplete();
  }

  private void read(int bytes) {
    sizes.attemptedBytesRead(sizes.guess());
    sizes.lastBytesRead(bytes);
    sizes.incMessagesRead(1);
  }
}
