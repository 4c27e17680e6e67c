package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.log.Tables;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueueFormatTest {
  private static final QueueRow FULL =
      new QueueRow(
          new QueueSettings(
              List.of("orders/#", "größe/+"), 3, "failed/orders", 3_600_000, true, "property:k"),
          true,
          new long[] {1L << 40, 0, 7},
          List.of(
              new QueueRow.Outstanding(0, 5, 0),
              new QueueRow.Outstanding(0, (1L << 40) - 1, 2),
              new QueueRow.Outstanding(2, 3, 300)),
          1L << 33,
          9);

  private static final QueueRow LEAST =
      new QueueRow(QueueSettings.shared("#"), false, new long[0], List.of(), 0, 0);

  @Test
  void aRowComesBackAsItWas() {
    for (QueueRow row : List.of(FULL, LEAST)) {
      assertThat(QueueFormat.decode(QueueFormat.encode(row)))
          .usingRecursiveComparison()
          .isEqualTo(row);
    }
  }

  @Test
  void everyCutIsRefused() {
    for (QueueRow row : List.of(FULL, LEAST)) {
      byte[] whole = QueueFormat.encode(row);
      for (int length = 0; length < whole.length; length++) {
        refused(Arrays.copyOf(whole, length));
      }
      refused(Arrays.copyOf(whole, whole.length + 1));
    }
  }

  private static void refused(byte[] bytes) {
    assertThatThrownBy(() -> QueueFormat.decode(bytes))
        .as("%s", Arrays.toString(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".{10,}");
  }

  @Test
  void aFormatOfAnotherTimeIsRefused() {
    byte[] bytes = QueueFormat.encode(FULL);
    bytes[0] = 2;
    assertThatThrownBy(() -> QueueFormat.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format 2");
  }

  @Test
  void whateverTheBytesAreNothingElseIsThrownThanThatTheyAreNoRow() {
    byte[] whole = QueueFormat.encode(FULL);
    for (int at = 0; at < whole.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        decodesOrRefuses(damaged);
      }
    }
    Random dice = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[dice.nextInt(60)];
      dice.nextBytes(noise);
      if (noise.length > 0) {
        noise[0] = 1;
      }
      decodesOrRefuses(noise);
    }
  }

  /// What is decoded is something that a queue can begin with.
  private static void decodesOrRefuses(byte[] bytes) {
    QueueRow row;
    try {
      row = QueueFormat.decode(bytes);
    } catch (IllegalArgumentException e) {
      return;
    }
    assertThat(row.settings().filters()).isNotEmpty();
    assertThat(row.outstanding())
        .allMatch(each -> each.partition() >= 0 && each.partition() < row.cursors().length)
        .allMatch(each -> each.offset() >= 0 && each.redeliveries() >= 0);
  }

  @Test
  void theRowsOfAQueueStandTogetherAndApartFromThoseOfOthers() {
    byte[] own = QueueFormat.key("$queue/a");
    byte[] owned = QueueFormat.ownedKey("$queue/a", 1, 2);
    byte[] member = QueueFormat.memberKey("$queue/a", "ä");
    List<byte[]> inOrder =
        List.of(
            own,
            owned,
            QueueFormat.ownedKey("$queue/a", 1, 1L << 40),
            member,
            QueueFormat.endKey("$queue/a"),
            QueueFormat.key("$queue/a-"),
            QueueFormat.key("$queue/aa"));
    for (int i = 1; i < inOrder.size(); i++) {
      assertThat(Arrays.compareUnsigned(inOrder.get(i - 1), inOrder.get(i))).isNegative();
    }
    for (byte[] key : List.of(own, owned, member)) {
      assertThat(QueueFormat.name(key)).isEqualTo("$queue/a");
    }
    assertThat(QueueFormat.startsWith(owned, QueueFormat.ownedPrefix("$queue/a"))).isTrue();
    assertThat(QueueFormat.startsWith(owned, QueueFormat.memberPrefix("$queue/a"))).isFalse();
    assertThat(QueueFormat.startsWith(own, owned)).isFalse();
    assertThat(QueueFormat.ownedPartition(owned)).isEqualTo(1);
    assertThat(QueueFormat.ownedOffset(owned)).isEqualTo(2);
  }

  @Test
  void rowsAtRestAreChecked() {
    byte[] nothing = {};
    check(QueueFormat.key("q"), QueueFormat.encode(FULL));
    check(QueueFormat.ownedKey("q", 1, 2), nothing);
    check(QueueFormat.memberKey("q", ""), nothing);
    check(QueueFormat.memberKey("q", "client"), nothing);
    checkRefuses(QueueFormat.key("q"), nothing);
    checkRefuses(QueueFormat.memberKey("q", "client"), new byte[1]);
    checkRefuses(QueueFormat.endKey("q"), nothing);
    checkRefuses("q\0".getBytes(UTF_8), nothing);
    checkRefuses(Arrays.copyOf(QueueFormat.ownedKey("q", 1, 2), 12), nothing);
  }

  private static void check(byte[] key, byte[] value) {
    assertThatCode(() -> StoredRows.check(Tables.QUEUES, key, value)).doesNotThrowAnyException();
  }

  private static void checkRefuses(byte[] key, byte[] value) {
    assertThatThrownBy(() -> StoredRows.check(Tables.QUEUES, key, value))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
