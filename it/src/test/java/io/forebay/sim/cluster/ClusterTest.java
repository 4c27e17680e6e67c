package io.forebay.sim.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What an engine that shares its log promises, held against the one of the simulation.
class ClusterTest {
  private static final String TABLE = "t";
  private static final int SEEDS = 100;

  private static void withEachSeed(LongConsumer story) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        story.accept(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static Engine engine(Cluster cluster, int i) {
    return cluster.node(i).engine();
  }

  /// What became of a batch.
  private static final class Told {
    boolean told;
    @Nullable EngineFailure failure;

    void that(@Nullable EngineFailure why) {
      assertThat(told).as("told twice").isFalse();
      told = true;
      failure = why;
    }
  }

  private static Told submit(Cluster cluster, int i, Batch batch) {
    Told told = new Told();
    batch.afterwards(told::that);
    engine(cluster, i).submit(batch);
    return told;
  }

  private static Told write(
      Cluster cluster, int i, String key, String value, @Nullable String claim) {
    Batch batch = new Batch(0);
    batch.row(new Batch.Row(TABLE, key.getBytes(UTF_8), value.getBytes(UTF_8), claim));
    return submit(cluster, i, batch);
  }

  private static List<String> rows(Cluster cluster, int i) {
    List<String> found = new ArrayList<>();
    engine(cluster, i)
        .table(TABLE)
        .scan(
            new byte[0],
            1_000,
            page -> {
              for (Table.Entry each : page) {
                found.add(new String(each.key(), UTF_8) + "=" + new String(each.value(), UTF_8));
              }
            });
    cluster.run();
    return found;
  }

  private static Message message(String topic, int number) {
    byte[] payload = Integer.toString(number).getBytes(UTF_8);
    return new Message(
        topic, payload, Qos.AT_LEAST_ONCE, false, Properties.NONE, "p", 1, Message.NEVER);
  }

  /// Says what happens to a node.
  private static final class Events implements Claims.Listener, Exchange.Listener {
    final List<String> all = new ArrayList<>();

    Events(Engine engine) {
      engine.claims().listen(this);
      engine.exchange().listen(this);
    }

    @Override
    public void wanted(String name) {
      all.add("wanted " + name);
    }

    @Override
    public void lost() {
      all.add("lost");
    }

    @Override
    public void orphaned() {
      all.add("orphaned");
    }

    @Override
    public void heard(long node, byte[] words) {
      all.add(node + " said " + new String(words, UTF_8));
    }

    @Override
    public void gone(long node) {
      all.add("gone " + node);
    }
  }

  @Test
  void allNodesComeToTheSameRowsWhoeverWritesThem() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 3);
          List<Told> told = new ArrayList<>();
          for (int i = 0; i < 30; i++) {
            Random dice = cluster.dice();
            String key = "k" + dice.nextInt(5);
            told.add(write(cluster, dice.nextInt(3), key, "v" + i, null));
            cluster.step();
          }
          cluster.run();
          assertThat(told).allMatch(each -> each.told && each.failure == null);
          assertThat(rows(cluster, 0)).isNotEmpty().isEqualTo(rows(cluster, 1));
          assertThat(rows(cluster, 0)).isEqualTo(rows(cluster, 2));
        });
  }

  @Test
  void whatIsSettledCanBeReadByTheNodeThatWroteIt() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 2);
          List<byte @Nullable []> found = new ArrayList<>();
          Batch batch = new Batch(0);
          byte[] key = {1};
          batch.row(new Batch.Row(TABLE, key, key));
          batch.afterwards(failure -> engine(cluster, 0).table(TABLE).get(key, found::add));
          engine(cluster, 0).submit(batch);
          cluster.run();
          assertThat(found).containsExactly(key);
        });
  }

  @Test
  void eachTakerHoldsTheNameInTurnAndNoTwoAtOnce() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 3);
          List<Integer> order = new ArrayList<>();
          Set<Integer> holding = new HashSet<>();
          for (int i = 0; i < 3; i++) {
            int node = i;
            Claims claims = engine(cluster, node).claims();
            Runnable letGo =
                () -> {
                  if (holding.remove(node)) {
                    claims.release("x");
                  }
                };
            claims.listen(
                new Claims.Listener() {
                  @Override
                  public void wanted(String name) {
                    letGo.run();
                  }

                  @Override
                  public void lost() {}

                  @Override
                  public void orphaned() {}
                });
            claims.take(
                "x",
                failure -> {
                  assertThat(failure).isNull();
                  assertThat(holding).isEmpty();
                  holding.add(node);
                  order.add(node);
                  assertThat(claims.holder("x")).isEqualTo(cluster.node(node).number());
                });
          }
          cluster.run();
          assertThat(order).containsExactlyInAnyOrder(0, 1, 2);
          assertThat(holding).containsExactly(order.getLast());
        });
  }

  @Test
  void oneOfSeveralGetsWhatIsFree() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 3);
          List<Boolean> answers = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            engine(cluster, i).claims().takeIfFree("x", answers::add);
          }
          cluster.run();
          assertThat(answers).containsExactlyInAnyOrder(true, false, false);
        });
  }

  @Test
  void rowsCountOnlyWhileTheirWriterHoldsTheClaim() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 2);
          engine(cluster, 0).claims().take("x", failure -> {});
          Told early = write(cluster, 1, "a", "1", "x");
          Told ours = write(cluster, 0, "b", "0", "x");
          engine(cluster, 0).claims().release("x");
          Told late = write(cluster, 0, "c", "0", "x");
          cluster.run();
          assertThat(ours.failure).isNull();
          for (Told refused : List.of(early, late)) {
            assertThat(refused.failure).isNotNull();
            assertThat(refused.failure.kind()).isEqualTo(EngineFailure.Kind.UNAVAILABLE);
          }
          assertThat(rows(cluster, 0)).containsExactly("b=0");
          assertThat(rows(cluster, 1)).containsExactly("b=0");
        });
  }

  @Test
  void whoWakesUpAfterItWasTakenForDeadHoldsNothingAndHasANewNumber() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 3);
          List<Events> events =
              IntStream.range(0, 3).mapToObj(i -> new Events(engine(cluster, i))).toList();
          long former = cluster.node(0).number();
          engine(cluster, 0).claims().take("x", failure -> {});
          cluster.run();
          cluster.pause(0);
          Told late = write(cluster, 0, "a", "0", "x");
          Told fenced = new Told();
          Batch batch = new Batch(0);
          batch.append(
              message("m", 1),
              (token, matched, failure) -> fenced.that(failure),
              0,
              new Batch.Row(TABLE, new byte[] {1}, new byte[0]));
          engine(cluster, 0).submit(batch);
          List<Boolean> taken = new ArrayList<>();
          engine(cluster, 0).claims().takeIfFree("y", taken::add);
          engine(cluster, 1).claims().take("x", failure -> assertThat(failure).isNull());
          cluster.run();
          assertThat(engine(cluster, 1).claims().holder("x")).isEqualTo(cluster.node(1).number());
          cluster.resume(0);
          cluster.run();
          assertThat(events.get(0).all).contains("lost");
          assertThat(cluster.node(0).number()).isNotEqualTo(former);
          assertThat(late.failure).isNotNull();
          assertThat(fenced.failure).isNotNull();
          assertThat(taken).containsExactly(false);
          assertThat(rows(cluster, 1)).isEmpty();
          assertThat(cluster.log().messages()).allMatch(List::isEmpty);
          assertThat(events.get(1).all).contains("gone " + former);
          assertThat(events.get(2).all).contains("gone " + former);
          assertThat(events.stream().filter(each -> each.all.contains("orphaned"))).hasSize(1);
        });
  }

  @Test
  void whatAKilledNodeHadNotWrittenIsGoneAndWhatItHeldIsFree() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 2);
          engine(cluster, 0).claims().take("x", failure -> {});
          cluster.run();
          Told told = write(cluster, 0, "a", "0", null);
          cluster.kill(0);
          List<Boolean> taken = new ArrayList<>();
          engine(cluster, 1).claims().take("x", failure -> taken.add(failure == null));
          cluster.run();
          assertThat(told.told).isFalse();
          assertThat(taken).containsExactly(true);
          cluster.start(0);
          cluster.run();
          assertThat(rows(cluster, 0)).isEmpty();
          assertThat(engine(cluster, 0).claims().holder("x")).isEqualTo(cluster.node(1).number());
        });
  }

  @Test
  void aMessageAndItsRowAreWrittenTogetherOrNotAtAll() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 2);
          for (int i = 0; i < 5; i++) {
            Batch batch = new Batch(0);
            byte[] key = {(byte) ('0' + i)};
            batch.append(message("m", i), null, 0, new Batch.Row(TABLE, key, key));
            submit(cluster, 0, batch);
          }
          for (int i = cluster.dice().nextInt(20); i > 0; i--) {
            cluster.step();
          }
          cluster.kill(0);
          cluster.run();
          long written = cluster.log().messages().stream().mapToLong(List::size).sum();
          assertThat(rows(cluster, 1)).hasSize((int) written);
        });
  }

  @Test
  void wordsArriveOnceInOrderAndOnlyWhereTheyAreFor() {
    withEachSeed(
        seed -> {
          Cluster cluster = new Cluster(seed, 3);
          List<Events> events =
              IntStream.range(0, 3).mapToObj(i -> new Events(engine(cluster, i))).toList();
          long from = cluster.node(0).number();
          for (int i = 0; i < 10; i++) {
            byte[] words = Integer.toString(i).getBytes(UTF_8);
            engine(cluster, 0).exchange().send(cluster.node(1).number(), words);
            cluster.step();
          }
          cluster.run();
          assertThat(events.get(1).all)
              .isEqualTo(IntStream.range(0, 10).mapToObj(i -> from + " said " + i).toList());
          assertThat(events.get(2).all).isEmpty();
        });
  }
}
