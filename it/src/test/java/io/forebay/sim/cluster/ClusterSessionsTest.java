package io.forebay.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.sim.Violation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients wander between nodes, some of which die or stop for a while; each gets everything.
class ClusterSessionsTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 100);
  private static final int NODES = 3;
  private static final int PHONES = 4;
  private static final int ACTS = 1_500;

  @ParameterizedTest
  @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
  void everyPhoneGetsWhatAllOthersWereToldIsKept(Qos qos) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new Story(seed, qos).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " at " + qos + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Story {
    private final Cluster cluster;
    private final List<Phone> phones;

    Story(long seed, Qos qos) {
      cluster = new Cluster(seed, NODES);
      phones = IntStream.range(0, PHONES).mapToObj(i -> new Phone(cluster, "p" + i, qos)).toList();
    }

    void run() {
      while (phones.stream().anyMatch(each -> !each.subscribed())) {
        phones.stream().filter(each -> !each.subscribed()).forEach(Phone::finish);
        cluster.run();
      }
      for (int i = 0; i < ACTS; i++) {
        phones.get(cluster.dice().nextInt(PHONES)).act();
        befall(cluster.dice().nextInt(NODES));
        for (int steps = cluster.dice().nextInt(20); steps > 0; steps--) {
          cluster.step();
        }
        if (cluster.dice().nextInt(20) == 0) {
          cluster.pass(1_000);
        }
      }
      comeToRest();
      phones.forEach(this::check);
    }

    private void befall(int i) {
      Node node = cluster.node(i);
      switch (cluster.dice().nextInt(300)) {
        case 0 -> {
          if (node.alive() && !node.paused()) {
            cluster.kill(i);
            phones.forEach(each -> each.lost(node));
          }
        }
        case 1 -> {
          if (node.alive() && !node.paused()) {
            cluster.pause(i);
          }
        }
        case 2, 3, 4, 5, 6, 7, 8 -> {
          if (!node.alive()) {
            cluster.start(i);
          } else if (node.paused()) {
            cluster.resume(i);
          }
        }
        default -> {}
      }
    }

    private void comeToRest() {
      for (int i = 0; i < NODES; i++) {
        if (!cluster.node(i).alive()) {
          cluster.start(i);
        } else if (cluster.node(i).paused()) {
          cluster.resume(i);
        }
      }
      boolean busy = true;
      for (int i = 0; busy; i++) {
        Violation.unless(i < 20_000, "it never comes to rest");
        busy = false;
        for (Phone each : phones) {
          busy |= each.finish();
        }
        cluster.run();
        cluster.pass(1_000);
      }
    }

    private void check(Phone phone) {
      for (Phone other : phones) {
        List<Integer> got =
            phone.got.stream()
                .filter(each -> each.startsWith(other.id + ":"))
                .map(each -> Integer.valueOf(each.substring(other.id.length() + 1)))
                .toList();
        List<Integer> first = new ArrayList<>(new LinkedHashSet<>(got));
        assertThat(first)
            .as("%s lost something of %s", phone.id, other.id)
            .containsAll(other.acknowledged);
        assertThat(first).as("%s got something of %s out of order", phone.id, other.id).isSorted();
        if (other.qos == Qos.EXACTLY_ONCE) {
          assertThat(got)
              .as("%s got something of %s twice", phone.id, other.id)
              .doesNotHaveDuplicates();
        }
      }
    }
  }
}
