package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Replica.Change;
import io.forebay.core.log.Replica.Head;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.topic.FilterSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random changes with gaps between offsets, partitions that are added, retention, restarts, kills
/// and failures, against maps that keep the same.
class ReplicaAgainstModelTest {
  private static final int RETAIN_BYTES = 600 << 10;
  private static final long RETAIN_MILLIS = 400;
  private static final StreamSettings[] STREAMS = {
    Kept.onDisk("all"),
    Kept.stream("sized", Durability.OS, Long.MAX_VALUE / 2, RETAIN_BYTES),
    Kept.stream("timed", Durability.OS, RETAIN_MILLIS, Long.MAX_VALUE / 2)
  };
  private static final String[] LEVELS = {"a", "b", "c", "d"};
  private static final int STEPS = 100;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsReadIsWhatWasWritten(long seed) {
    Run run = new Run(seed);
    try {
      for (int step = 0; step < STEPS; step++) {
        run.step(step);
      }
      run.compare(STEPS);
      run.reopen();
      run.compare(STEPS + 1);
      // Else nothing has been compared.
      assertThat(run.recent).isPositive();
      assertThat(run.indexed).isPositive();
      assertThat(run.scanned).isPositive();
      assertThat(run.models.stream().filter(model -> model.start > model.begin).count())
          .isPositive();
    } finally {
      run.copied.close();
    }
  }

  /// What a partition is.
  private static final class Model {
    final Replica.Place place;
    final int style;
    final TreeMap<Long, Stored> messages = new TreeMap<>();
    long begin = -1;
    long head = -1;
    long start;

    Model(Replica.Place place, int style) {
      this.place = place;
      this.style = style;
    }

    /// How many offsets no message has before the next one.
    long gap(Random dice) {
      return switch (style) {
        case 0 -> 0;
        case 1 -> dice.nextInt(5) == 0 ? 1 : 0;
        case 2 -> dice.nextInt(400);
        default -> dice.nextInt(50) == 0 ? dice.nextLong(1L << 33) : dice.nextInt(2);
      };
    }
  }

  private final class Run {
    final Random dice;
    final FailingDisk disk = new FailingDisk();
    final List<Model> models = new ArrayList<>();
    final TreeMap<String, String> rows = new TreeMap<>();
    Path place = directory.resolve("life0");
    int lives;
    int numbered;
    long clock = 1_000;
    long recent;
    long indexed;
    long scanned;
    Copied copied;

    Run(long seed) {
      dice = new Random(seed);
      copied = Copied.inOrder(settings(), STREAMS);
      addPartition();
    }

    private StoreSettings settings() {
      boolean much = dice.nextBoolean();
      return new StoreSettings(
          place,
          0,
          1 << 20,
          8 << 20,
          64 << 10,
          1,
          much ? 1_000 : 4,
          much ? 100 << 10 : 4 << 10,
          32 << 10,
          1 << 20,
          disk);
    }

    void step(int step) {
      switch (dice.nextInt(24)) {
        case 0 -> addPartition();
        case 1 -> {
          Path next = directory.resolve("life" + ++lives);
          Kept.copy(place, next);
          copied.close();
          place = next;
          open();
        }
        case 2 -> reopen();
        case 3, 4 -> fail();
        case 5, 6, 7 -> {
          copied.replica.tick(clock);
          notice();
        }
        case 8, 9, 10, 11 -> compare(step);
        default -> {
          Change change = change();
          copied.replica.write(change);
          keep(change);
        }
      }
    }

    void reopen() {
      copied.close();
      open();
    }

    private void open() {
      recent += copied.replica.lookups().recent();
      indexed += copied.replica.lookups().indexed();
      scanned += copied.replica.lookups().scanned();
      copied = Copied.inOrder(settings(), STREAMS);
      assertThat(copied.replica.head(0)).isZero();
      for (int number = 0; number < models.size(); number++) {
        Model model = models.get(number);
        assertThat(copied.replica.partition(number, model.place))
            .as("partition %s", number)
            .isEqualTo(model.head);
      }
    }

    private void addPartition() {
      String stream = STREAMS[dice.nextInt(STREAMS.length)].name();
      int number = models.size();
      Model model = new Model(new Replica.Place(stream, number, 1 + dice.nextInt(3)), number % 4);
      assertThat(copied.replica.partition(number, model.place)).isEqualTo(-1);
      models.add(model);
    }

    private Change change() {
      List<Stored> messages = new ArrayList<>();
      List<Head> heads = new ArrayList<>();
      for (int number = 0; number < models.size(); number++) {
        if (dice.nextInt(models.size()) < 3) {
          fill(number, messages, heads);
        }
      }
      List<Batch.Row> changed = new ArrayList<>();
      for (int i = dice.nextInt(5); i > 0; i--) {
        String value = dice.nextInt(3) == 0 ? null : "v" + numbered++;
        changed.add(Copied.row("k" + dice.nextInt(20), value));
      }
      return new Change(messages, heads, changed);
    }

    private void fill(int number, List<Stored> messages, List<Head> heads) {
      Model model = models.get(number);
      long offset = model.head < 0 ? dice.nextLong(1_000_000) : model.head;
      int count = dice.nextInt(6) == 0 ? 0 : dice.nextInt(60);
      for (int i = 0; i < count; i++) {
        offset += model.gap(dice);
        messages.add(new Stored(message(), number, offset++));
      }
      if (dice.nextInt(3) == 0) {
        heads.add(new Head(number, offset + dice.nextInt(3) * model.gap(dice)));
      }
    }

    private Message message() {
      clock += dice.nextInt(3) == 0 ? 1 : 0;
      String payload = numbered++ + "x".repeat(dice.nextInt(20) == 0 ? 20_000 : dice.nextInt(300));
      return Messages.of(topic(), payload, Qos.AT_LEAST_ONCE, false, clock);
    }

    private String topic() {
      return LEVELS[dice.nextInt(4)] + "/" + LEVELS[dice.nextInt(4)] + "/" + dice.nextInt(30);
    }

    private void keep(Change change) {
      for (Stored stored : change.messages()) {
        Model model = models.get(stored.partition());
        begin(model, stored.offset());
        model.messages.put(stored.offset(), stored);
        model.head = stored.offset() + 1;
      }
      for (Head head : change.heads()) {
        Model model = models.get(head.partition());
        begin(model, head.offset());
        model.head = Math.max(model.head, head.offset());
      }
      for (Batch.Row row : change.rows()) {
        String key = new String(row.key(), UTF_8);
        byte[] value = row.value();
        if (value == null) {
          rows.remove(key);
        } else {
          rows.put(key, new String(value, UTF_8));
        }
      }
    }

    private static void begin(Model model, long offset) {
      if (model.head < 0) {
        model.begin = offset;
        model.start = offset;
        model.head = offset;
      }
    }

    /// A change that fails, perhaps again, and perhaps a restart before it is written at last.
    private void fail() {
      Change change = change();
      if (change.messages().isEmpty()) {
        return;
      }
      FailingDisk.Mode[] modes = FailingDisk.Mode.values();
      for (int attempt = dice.nextInt(2); attempt >= 0; attempt--) {
        disk.mode = modes[1 + dice.nextInt(modes.length - 1)];
        Replica.ReplicaException failed =
            catchThrowableOfType(
                Replica.ReplicaException.class, () -> copied.replica.write(change));
        if (failed == null) {
          // It was there after all, so there was nothing left to write but rows.
          assertThat(change.rows()).isEmpty();
          break;
        }
        assertThat(failed.failure().kind())
            .isEqualTo(
                disk.mode == FailingDisk.Mode.FULL
                    ? EngineFailure.Kind.QUOTA
                    : EngineFailure.Kind.BROKEN);
        assertThat(copied.replica.trouble()).isNotNull();
      }
      disk.mode = FailingDisk.Mode.WORKS;
      switch (dice.nextInt(4)) {
        case 0 -> copied.replica.tick(0);
        case 1 -> {
          copied.close();
          copied = Copied.inOrder(settings(), STREAMS);
          for (int number = 0; number < models.size(); number++) {
            copied.replica.partition(number, models.get(number).place);
          }
        }
        default -> {}
      }
      copied.replica.write(change);
      assertThat(copied.replica.trouble()).isNull();
      keep(change);
      notice();
    }

    /// What retention has removed.
    private void notice() {
      for (int number = 0; number < models.size(); number++) {
        Model model = models.get(number);
        long start = copied.replica.start(number);
        assertThat(start).isGreaterThanOrEqualTo(model.start);
        String stream = model.place.stream();
        if (start > model.start) {
          assertThat(stream).isNotEqualTo("all");
          model.messages.headMap(start).values().stream()
              .filter(each -> stream.equals("timed"))
              .forEach(
                  each ->
                      assertThat(each.message().timestampMillis())
                          .isLessThan(clock - RETAIN_MILLIS));
          if (stream.equals("sized")) {
            assertThat(
                    model.messages.tailMap(start).values().stream()
                        .mapToLong(each -> each.message().sizeBytes())
                        .sum())
                .isGreaterThan(RETAIN_BYTES * 3 / 4);
          }
          model.messages.headMap(start).clear();
          model.start = start;
        }
      }
    }

    void compare(int step) {
      for (int number = 0; number < models.size(); number++) {
        Model model = models.get(number);
        assertThat(copied.replica.head(number)).isEqualTo(Math.max(0, model.head));
        assertThat(copied.replica.start(number)).isEqualTo(model.start);
        assertThat(copied.replica.position(number, 5).epoch()).isEqualTo(model.place.epoch());
        long from =
            model.head <= model.start
                ? model.start
                : dice.nextBoolean() ? model.start : dice.nextLong(model.start, model.head);
        String as = "step " + step + ", partition " + number + ", from " + from;
        read(as, number, from, "#");
        read(as, number, from, topic());
        read(as, number, from, topic(), topic(), "a/b/+");
        read(as, number, from, "a/+/1", "b/c/#");
        fetch(as, number, from);
        seek(as, number);
      }
      assertThat(copied.keys()).isEqualTo(List.copyOf(rows.keySet()));
      rows.forEach((key, value) -> assertThat(copied.get(key)).isEqualTo(value));
      assertThat(copied.replica.table("t").size()).isEqualTo(rows.size());
      assertThat(copied.replica.partitions()).isEqualTo(models.size());
    }

    private void read(String as, int number, long from, String... filters) {
      FilterSet set = new FilterSet(List.of(filters));
      List<Stored> expected =
          models.get(number).messages.tailMap(from).values().stream()
              .filter(each -> set.matches(each.message().topic()))
              .toList();
      List<Stored> found = copied.readAll(number, from, 1 + dice.nextInt(200), filters);
      same(as + " by " + set.names() + set.patterns(), found, expected);
    }

    private void same(String as, List<Stored> found, List<Stored> expected) {
      assertThat(found.stream().map(Stored::offset))
          .as(as)
          .isEqualTo(expected.stream().map(Stored::offset).toList());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).partition()).isEqualTo(expected.get(i).partition());
        assertThat(Kept.payload(found.get(i))).as(as).isEqualTo(Kept.payload(expected.get(i)));
        assertThat(found.get(i).message().topic()).isEqualTo(expected.get(i).message().topic());
      }
    }

    private void fetch(String as, int number, long from) {
      TreeMap<Long, Stored> messages = models.get(number).messages;
      long[] offsets =
          LongStream.concat(
                  messages.tailMap(from).keySet().stream()
                      .mapToLong(each -> each)
                      .filter(each -> dice.nextInt(4) == 0),
                  dice.longs(10, Math.max(0, from - 20), from + 40))
              .sorted()
              .distinct()
              .limit(50)
              .toArray();
      same(
          as + " fetching " + Arrays.toString(offsets),
          copied.fetch(number, offsets),
          messages.values().stream()
              .filter(each -> Arrays.binarySearch(offsets, each.offset()) >= 0)
              .toList());
    }

    /// The next message from there on is the first that is not older.
    private void seek(String as, int number) {
      Model model = models.get(number);
      long millis = 990 + dice.nextLong(clock - 970);
      long found = copied.seek(number, millis);
      assertThat(found).as(as).isBetween(model.start, Math.max(0, model.head));
      Long expected = null;
      for (Stored each : model.messages.values()) {
        if (each.message().timestampMillis() >= millis) {
          expected = each.offset();
          break;
        }
      }
      assertThat(model.messages.ceilingKey(found)).as("%s at %s", as, millis).isEqualTo(expected);
    }
  }
}
