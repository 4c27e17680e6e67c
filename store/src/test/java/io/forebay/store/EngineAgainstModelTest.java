package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random batches, restarts and failures against lists and maps that keep the same.
class EngineAgainstModelTest {
  private static final StreamSettings[] STREAMS = {
    Kept.onDisk("default"),
    Kept.stream("os", Durability.OS, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2),
    Kept.onDisk("chosen", "+/chosen/#")
  };
  private static final String[] LEVELS = {"os", "a", "b", "chosen"};
  private static final int STEPS = 80;

  @TempDir Path directory;

  private record Entry(String topic, String payload) {}

  private final List<List<Entry>> logs =
      List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  private final TreeMap<String, String> rows = new TreeMap<>();
  private final TreeMap<String, String> retained = new TreeMap<>();
  private int numbered;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsReadIsWhatWasAcknowledged(long seed) {
    Random dice = new Random(seed);
    FailingDisk disk = new FailingDisk();
    int lives = 0;
    Path place = directory.resolve("life0");
    Kept kept = Kept.inOrder(Kept.small(place, disk), STREAMS);
    for (int step = 0; step < STEPS; step++) {
      switch (dice.nextInt(20)) {
        case 0 -> {
          Path next = directory.resolve("life" + ++lives);
          Kept.copy(place, next);
          kept.close();
          place = next;
          kept = Kept.inOrder(Kept.small(place, disk), STREAMS);
        }
        case 1 -> {
          kept.close();
          kept = Kept.inOrder(Kept.small(place, disk), STREAMS);
        }
        case 2 -> {
          var told = kept.failing(disk, FailingDisk.Mode.FAILS, batch(dice, false));
          disk.mode = FailingDisk.Mode.WORKS;
          kept.tick(0);
          assertThat(told.join()).isPresent();
        }
        case 3, 4 -> compare(kept, dice, step);
        default -> assertThat(kept.commit(batch(dice, true))).isNull();
      }
    }
    compare(kept, dice, STEPS);
    kept.close();
  }

  private Batch batch(Random dice, boolean model) {
    Batch batch = new Batch(0);
    int messages = dice.nextInt(60);
    for (int i = 0; i <= messages; i++) {
      String topic =
          LEVELS[dice.nextInt(4)] + "/" + LEVELS[dice.nextInt(4)] + "/" + dice.nextInt(9);
      String payload = numbered++ + "x".repeat(dice.nextInt(20) == 0 ? 20_000 : dice.nextInt(300));
      boolean retain = dice.nextInt(10) == 0;
      Message message =
          Messages.of(
              topic, retain && dice.nextInt(3) == 0 ? "" : payload, Qos.AT_LEAST_ONCE, retain, 0);
      batch.append(message, null, 0, null);
      if (model) {
        keep(message, retain);
      }
    }
    for (int i = dice.nextInt(5); i > 0; i--) {
      String key = "k" + dice.nextInt(20);
      String value = dice.nextInt(3) == 0 ? null : "v" + numbered++;
      batch.row(
          new Batch.Row("t", key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8)));
      if (model && value == null) {
        rows.remove(key);
      } else if (model) {
        rows.put(key, value);
      }
    }
    return batch;
  }

  private void keep(Message message, boolean retain) {
    String payload = new String(message.payload(), UTF_8);
    String topic = message.topic();
    int stream = topic.startsWith("os/") ? 1 : topic.contains("/chosen/") ? 2 : 0;
    logs.get(stream).add(new Entry(topic, payload));
    if (retain && payload.isEmpty()) {
      retained.remove(topic);
    } else if (retain) {
      retained.put(topic, payload);
    }
  }

  private void compare(Kept kept, Random dice, int step) {
    String topic = LEVELS[dice.nextInt(4)] + "/" + LEVELS[dice.nextInt(4)] + "/" + dice.nextInt(9);
    for (int partition = 0; partition < 3; partition++) {
      List<Entry> log = logs.get(partition);
      List<Stored> all = kept.readAll(partition, 0, 1 + dice.nextInt(200), "#");
      assertThat(entries(all)).as("step %s, partition %s", step, partition).isEqualTo(log);
      assertThat(all.stream().map(Stored::offset)).isSorted().doesNotHaveDuplicates();
      assertThat(entries(kept.readAll(partition, 0, 1 + dice.nextInt(50), topic)))
          .isEqualTo(log.stream().filter(entry -> entry.topic().equals(topic)).toList());
      assertThat(entries(kept.readAll(partition, 0, 1 + dice.nextInt(50), "a/+/1", "b/#")))
          .isEqualTo(
              log.stream()
                  .filter(
                      entry -> entry.topic().matches("a/[^/]*/1") || entry.topic().startsWith("b/"))
                  .toList());
    }
    assertThat(kept.keys("t", "", 100)).isEqualTo(List.copyOf(rows.keySet()));
    rows.forEach((key, value) -> assertThat(kept.get("t", key)).isEqualTo(value));
    assertThat(kept.engine.table("t").size()).isEqualTo(rows.size());
    assertThat(kept.keys(Tables.RETAINED, "", 1_000)).isEqualTo(List.copyOf(retained.keySet()));
    assertThat(kept.engine.table(Tables.RETAINED).size()).isEqualTo(retained.size());
  }

  private static List<Entry> entries(List<Stored> messages) {
    return messages.stream()
        .map(stored -> new Entry(stored.message().topic(), Kept.payload(stored)))
        .toList();
  }
}
