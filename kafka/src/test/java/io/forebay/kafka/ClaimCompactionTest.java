package io.forebay.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.EngineFailure;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Nodes that take, release and die at random, each of which has read the log as far as it happens
/// to; the log is compacted now and then, and new nodes begin with what is left.
class ClaimCompactionTest {
  private static final int SEEDS = 1_500;
  private static final int STEPS = 200;
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Test
  void atMostOneActsAndInTheEndAllAgree() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new World(seed).run();
    }
  }

  /// Offset → record, as a broker keeps it.
  private static final class World {
    final int seed;
    final Random random;
    final TreeMap<Long, ProducerRecord<byte[], byte[]>> log = new TreeMap<>();
    final List<Node> nodes = new ArrayList<>();
    long end;
    long numbers;

    /// As one that reads every record when it comes: nothing is compacted for it.
    final Node everything = new Node(this, 0);

    World(int seed) {
      this.seed = seed;
      random = new Random(seed);
      for (int i = 0; i < 3; i++) {
        begin();
      }
    }

    void add(Control control) {
      log.put(end++, ControlFormat.encode(control));
      everything.read(Long.MAX_VALUE);
      int acting = 0;
      for (String name : NAMES) {
        acting = (int) nodes.stream().filter(each -> !each.dead && each.acts(name)).count();
        assertThat(acting).as("seed %s: who acts for %s at %s", seed, name, end).isLessThan(2);
      }
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      // What is on its way is read, and what is said to it is written, until nothing is left.
      for (int round = 0; round < 2 * STEPS; round++) {
        nodes.forEach(each -> each.write(Integer.MAX_VALUE));
        nodes.forEach(each -> each.read(Long.MAX_VALUE));
      }
      compact();
      begin();
      for (Node each : nodes) {
        for (String name : NAMES) {
          assertThat(each.book.holder(name))
              .as("seed %s: holder of %s for %s", seed, name, each.number)
              .isEqualTo(everything.book.holder(name));
          assertThat(each.asks(name) && each.book.holder(name) == 0)
              .as("seed %s: %s waits for %s, which is free", seed, each.number, name)
              .isFalse();
        }
      }
    }

    private void step() {
      Node node = nodes.get(random.nextInt(nodes.size()));
      String name = NAMES.get(random.nextInt(NAMES.size()));
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> node.take(name, random.nextInt(3) == 0);
        case 3, 4 -> node.release(name);
        case 5, 6, 7 -> node.read(1 + random.nextInt(5));
        case 8, 9 -> node.write(1 + random.nextInt(3));
        case 10 -> compact();
        default -> {
          if (random.nextInt(6) == 0) {
            die(node);
          }
        }
      }
    }

    /// What it was about to write may come later all the same.
    private void die(Node node) {
      node.dead = true;
      add(new Control.Verdict(node.number));
      node.write(random.nextInt(4));
      nodes.remove(node);
      begin();
    }

    private void begin() {
      nodes.add(new Node(this, ++numbers));
      nodes.getLast().read(Long.MAX_VALUE);
    }

    /// Of each key the last record stays, up to some offset; what removes may be removed. Kafka
    /// compacts what is old: who lives has read it.
    private void compact() {
      long read = nodes.stream().mapToLong(each -> each.next).min().orElse(end);
      long until = random.nextLong(read + 1);
      boolean removalsToo = random.nextBoolean();
      Map<ByteBuffer, Long> last = new HashMap<>();
      log.headMap(until).forEach((offset, each) -> last.put(ByteBuffer.wrap(each.key()), offset));
      log.headMap(until)
          .entrySet()
          .removeIf(
              each ->
                  !each.getKey().equals(last.get(ByteBuffer.wrap(each.getValue().key())))
                      || (removalsToo && each.getValue().value() == null));
    }
  }

  private static final class Node implements ClaimBook.Owner {
    final World world;
    final long number;
    final ClaimBook book = new ClaimBook(this);
    final ArrayDeque<Control> out = new ArrayDeque<>();
    final Set<String> asking = new HashSet<>();
    final Set<String> has = new HashSet<>();
    final Set<String> wanted = new HashSet<>();
    final Set<Long> buried = new HashSet<>();
    long next;
    boolean dead;

    Node(World world, long number) {
      this.world = world;
      this.number = number;
      book.self(number);
    }

    boolean acts(String name) {
      return has.contains(name);
    }

    boolean asks(String name) {
      return asking.contains(name);
    }

    void take(String name, boolean ifFree) {
      boolean may = !has.contains(name) && (!ifFree || book.holder(name) == 0);
      if (may && book.ask(name, failure -> answered(name, failure))) {
        asking.add(name);
        out.add(new Control.Take(number, name, ifFree));
      }
    }

    private void answered(String name, @Nullable EngineFailure failure) {
      assertThat(asking.remove(name)).isTrue();
      if (failure == null) {
        has.add(name);
      }
    }

    void release(String name) {
      if (has.remove(name)) {
        wanted.remove(name);
        out.add(new Control.Release(number, name));
      }
    }

    void write(int most) {
      for (int i = 0; i < most && !out.isEmpty(); i++) {
        world.add(out.remove());
      }
    }

    void read(long most) {
      for (long i = 0; i < most; i++) {
        Map.Entry<Long, ProducerRecord<byte[], byte[]>> each = world.log.ceilingEntry(next);
        if (each == null) {
          return;
        }
        next = each.getKey() + 1;
        apply(ControlFormat.decode(Read.back(each.getValue())));
      }
    }

    private void apply(@Nullable Control control) {
      switch (control) {
        case Control.Take take -> {
          if (!buried.contains(take.node())) {
            book.apply(take);
          }
        }
        case Control.Release release -> book.apply(release);
        case Control.Verdict verdict -> {
          buried.add(verdict.node());
          book.died(verdict.node());
        }
        case null, default -> throw new AssertionError("unexpected " + control);
      }
    }

    @Override
    public void granted(Consumer<@Nullable EngineFailure> answer) {
      answer.accept(null);
    }

    @Override
    public void refused(Consumer<@Nullable EngineFailure> answer) {
      answer.accept(Failures.LOST);
    }

    @Override
    public void withdraw(String name) {
      out.add(new Control.Release(number, name));
    }

    @Override
    public void wanted(String name) {
      assertThat(book.holder(name)).as("seed %s", world.seed).isEqualTo(number);
      wanted.add(name);
    }
  }
}
