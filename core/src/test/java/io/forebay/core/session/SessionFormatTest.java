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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SessionFormatTest {
  private static final SessionRow.Identity IDENTITY =
      new SessionRow.Identity(
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
          "bob");

  private static final SessionRow.Unacknowledged RETAINED =
      new SessionRow.Unacknowledged(
          2,
          false,
          Window.PUBLISHED,
          "",
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
              -1));

  private static final SessionRow.Unacknowledged SENT =
      new SessionRow.Unacknowledged(65_535, true, Window.RELEASED, "$share/g/#", 0, 3, null);

  private static final SessionRow.Progress PROGRESS =
      new SessionRow.Progress(
          new long[] {5, 1L << 50},
          List.of(new SessionRow.Reached("$replay/earliest/#", new long[] {6})),
          List.of(SENT, RETAINED));

  private static final SessionRow.Identity EMPTY =
      new SessionRow.Identity(1, 0, Message.NEVER, null, 0, List.of(), null);

  @Test
  void aRowComesBackAsItWas() {
    for (SessionRow.Identity identity : List.of(IDENTITY, EMPTY)) {
      same(SessionFormat.decodeIdentity(SessionFormat.encode(identity)), identity);
    }
    for (SessionRow.Progress progress : List.of(PROGRESS, SessionRow.Progress.NONE)) {
      same(SessionFormat.decodeProgress(SessionFormat.encode(progress)), progress);
    }
    for (SessionRow.Unacknowledged sent : List.of(RETAINED, SENT)) {
      same(SessionFormat.decodeSent(SessionFormat.encode(sent)), sent);
    }
  }

  private static void same(Object decoded, Object row) {
    assertThat(decoded).usingRecursiveComparison().isEqualTo(row);
  }

  @Test
  void everyCutIsRefused() {
    everyCut(SessionFormat.encode(IDENTITY), SessionFormat::decodeIdentity);
    everyCut(SessionFormat.encode(PROGRESS), SessionFormat::decodeProgress);
    everyCut(SessionFormat.encode(SENT), SessionFormat::decodeSent);
  }

  private static void everyCut(byte[] whole, Consumer<byte[]> decode) {
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode.accept(cut))
          .as("%s bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theRowsOfAClientStandTogetherAndApartFromThoseOfOthers() {
    byte[] prefix = SessionFormat.progressPrefix("a");
    for (byte[] key :
        List.of(
            SessionFormat.progressKey("a"),
            SessionFormat.receivedKey("a", 65_535),
            SessionFormat.sentKey("a", SENT))) {
      assertThat(Arrays.mismatch(key, prefix)).isEqualTo(prefix.length);
      assertThat(Arrays.compareUnsigned(key, SessionFormat.progressPrefix("a!"))).isNegative();
    }
    byte[] received = SessionFormat.receivedKey("a", 65_535);
    assertThat(SessionFormat.kind(received, prefix.length)).isEqualTo(SessionFormat.RECEIVED);
    assertThat(SessionFormat.receivedId(received, prefix.length)).isEqualTo(65_535);
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
    assertThat(IDENTITY.dueMillis()).isEqualTo(1_000_030);
    assertThat(IDENTITY.withoutWill().dueMillis()).isEqualTo(1_000_060);
  }
}
