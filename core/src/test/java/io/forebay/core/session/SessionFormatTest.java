package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionFormatTest {
  private static final SessionRow FULL =
      new SessionRow(
          7,
          60,
          1_000_060,
          new Will("w", new byte[] {1}, Qos.EXACTLY_ONCE, true, Properties.NONE, -1, 30),
          1_000_030,
          List.of(
              new SessionRow.Kept(
                  "a/+", Grant.of(Qos.AT_LEAST_ONCE, true, true, 9), new long[] {4}),
              new SessionRow.Kept(
                  "$share/g/#", Grant.of(Qos.EXACTLY_ONCE, false, false, 0), new long[0]),
              new SessionRow.Kept(
                  "$replay/1h/#",
                  Grant.of(Qos.AT_LEAST_ONCE, false, false, 0).tellingPosition(),
                  new long[] {7})),
          new long[] {5, 1L << 50},
          List.of(
              new SessionRow.Unacknowledged(65_535, true, true, 0, 3, null),
              new SessionRow.Unacknowledged(
                  2,
                  false,
                  false,
                  -1,
                  -1,
                  new Stored(
                      new Message(
                          "r",
                          new byte[] {2},
                          Qos.AT_LEAST_ONCE,
                          true,
                          Properties.NONE,
                          "p",
                          1,
                          Message.NEVER),
                      -1,
                      -1))),
          new int[] {1, 65_535});

  private static final SessionRow EMPTY =
      new SessionRow(1, 0, Message.NEVER, null, 0, List.of(), new long[0], List.of(), new int[0]);

  @Test
  void aRowComesBackAsItWas() {
    for (SessionRow row : List.of(FULL, EMPTY)) {
      assertThat(SessionFormat.decode(SessionFormat.encode(row)))
          .usingRecursiveComparison()
          .isEqualTo(row);
    }
  }

  @Test
  void everyCutIsRefused() {
    byte[] whole = SessionFormat.encode(FULL);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> SessionFormat.decode(cut))
          .as("%s bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void timersAreOrderedByTime() {
    byte[] early = SessionFormat.timerKey(255, "z");
    byte[] late = SessionFormat.timerKey(256, "a");
    assertThat(Arrays.compareUnsigned(early, late)).isNegative();
    assertThat(SessionFormat.timerDueMillis(late)).isEqualTo(256);
    assertThat(SessionFormat.timerClientId(late)).isEqualTo("a");
    assertThat(SessionFormat.timerDueMillis(SessionFormat.timerKey(Message.NEVER, "")))
        .isEqualTo(Message.NEVER);
  }

  @Test
  void whatIsDueFirstIsTheWillOrTheEnd() {
    assertThat(FULL.dueMillis()).isEqualTo(1_000_030);
    assertThat(FULL.withoutWill().dueMillis()).isEqualTo(1_000_060);
  }
}
