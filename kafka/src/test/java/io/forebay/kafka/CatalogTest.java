package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final int SEEDS = 1_000;
  private static final Uuid FIRST = new Uuid(0, 1);
  private static final Uuid SECOND = new Uuid(0, 2);

  private final Catalog catalog = new Catalog();
  private long nonce;

  private Catalog.Entry enters(Uuid id, String topic, int partition) {
    return Objects.requireNonNull(
        catalog.apply(new Control.Entered(id, partition, nonce++, topic)));
  }

  @Test
  void numbersAreRanksInTheLog() {
    assertThat(enters(FIRST, "a", 1).number()).isZero();
    assertThat(enters(SECOND, "b", 0).number()).isEqualTo(1);
    assertThat(enters(FIRST, "a", 0).number()).isEqualTo(2);

    assertThat(catalog.size()).isEqualTo(3);
    assertThat(catalog.at(2)).isEqualTo(catalog.of(new TopicPartition("a", 0)));
    assertThat(catalog.at(3)).isNull();
    assertThat(catalog.at(-1)).isNull();
    assertThat(catalog.of(new TopicPartition("b", 1))).isNull();
  }

  @Test
  void whatIsKnownIsNotEnteredAgain() {
    enters(FIRST, "a", 0);

    assertThat(catalog.apply(new Control.Entered(FIRST, 0, nonce++, "a"))).isNull();
    assertThat(catalog.size()).isEqualTo(1);
    assertThat(catalog.knows(FIRST, 0)).isTrue();
    assertThat(catalog.knows(FIRST, 1)).isFalse();
    assertThat(catalog.knows(SECOND, 0)).isFalse();
  }

  @Test
  void aTopicThatWasMadeAnewHasOtherNumbersAndTheNextEpoch() {
    Catalog.Entry before = enters(FIRST, "a", 0);
    Catalog.Entry now = enters(SECOND, "a", 0);

    assertThat(before.epoch()).isEqualTo(1);
    assertThat(now.epoch()).isEqualTo(2);
    assertThat(now.number()).isNotEqualTo(before.number());
    assertThat(catalog.of(new TopicPartition("a", 0))).isEqualTo(now);
    assertThat(now.place().epoch()).isEqualTo(2);
  }

  @Test
  void anOldLifeThatIsEnteredLateStaysOld() {
    enters(FIRST, "a", 0);
    Catalog.Entry newer = enters(SECOND, "a", 1);
    Catalog.Entry late = enters(FIRST, "a", 1);

    assertThat(late.epoch()).isEqualTo(1);
    assertThat(catalog.of(new TopicPartition("a", 1))).isEqualTo(newer);
  }

  /// Several nodes enter what they see, at any time and as often as they like; some read the log
  /// after it was compacted.
  @Test
  void allNodesGiveTheSameNumbers() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Control.Entered> log = new ArrayList<>();
      Set<Map.Entry<Uuid, Integer>> different = new HashSet<>();
      for (int i = random.nextInt(60); i > 0; i--) {
        int topic = random.nextInt(3);
        Uuid life = new Uuid(topic, random.nextInt(3));
        int partition = random.nextInt(4);
        log.add(new Control.Entered(life, partition, random.nextLong(), "topic-" + topic));
        different.add(Map.entry(life, partition));
      }

      Catalog all = read(log);
      assertThat(all.size()).as("seed %s", seed).isEqualTo(different.size());
      assertThat(read(compacted(log, random)).all()).as("seed %s", seed).isEqualTo(all.all());
    }
  }

  private static Catalog read(List<Control.Entered> log) {
    Catalog catalog = new Catalog();
    log.forEach(catalog::apply);
    return catalog;
  }

  private static List<Control.Entered> compacted(List<Control.Entered> log, Random random) {
    int until = random.nextInt(log.size() + 1);
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < until; i++) {
      last.put(key(log.get(i)), i);
    }
    List<Control.Entered> left = new ArrayList<>();
    for (int i = 0; i < log.size(); i++) {
      if (i >= until || last.getOrDefault(key(log.get(i)), -1) == i) {
        left.add(log.get(i));
      }
    }
    return left;
  }

  private static String key(Control.Entered entered) {
    return HexFormat.of().formatHex(ControlFormat.encode(entered).key());
  }
}
