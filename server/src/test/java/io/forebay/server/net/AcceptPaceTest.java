package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Throttle;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPaceTest {
  private long nanos;
  private final EmbeddedChannel door =
      new EmbeddedChannel(new AcceptPace(new Throttle(10), () -> nanos));

  private void accept(int connections) {
    for (int i = 0; i < connections; i++) {
      door.writeInbound("connection " + i);
    }
  }

  private void millis(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    door.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    door.runScheduledPendingTasks();
  }

  @Test
  void whatASecondMayBringIsAcceptedAtOnce() {
    door.freezeTime();
    accept(10);
    assertThat(door.config().isAutoRead()).isTrue();
    assertThat(door.inboundMessages()).hasSize(10);
  }

  @Test
  void whoComesBeyondThatWaitsOutside() {
    door.freezeTime();
    accept(11);
    assertThat(door.config().isAutoRead()).isFalse();
    assertThat(door.inboundMessages()).as("what was accepted already goes on").hasSize(11);
    millis(99);
    assertThat(door.config().isAutoRead()).isFalse();
    millis(1);
    assertThat(door.config().isAutoRead()).isTrue();
    accept(1);
    assertThat(door.config().isAutoRead()).isFalse();
    millis(100);
    assertThat(door.config().isAutoRead()).isTrue();
  }

  @Test
  void aDoorThatWasQuietMayTakeASecondsWorthAgain() {
    door.freezeTime();
    accept(11);
    millis(5_000);
    accept(10);
    assertThat(door.config().isAutoRead()).isTrue();
  }
}
