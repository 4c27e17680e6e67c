package io.forebay.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Security;
import io.forebay.core.session.Nobody;
import io.forebay.core.session.Opening;
import io.forebay.core.session.QueueSettings;
import io.forebay.core.session.Session;
import io.forebay.core.session.Sessions;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import io.forebay.store.MemoryEngine;
import io.forebay.store.StreamSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Queues under random consumers and crashes: whatever happens, each message is acknowledged, given
/// up, or still pending.
class QueueCrashTest {
  private static final String DEAD = "dead";

  @Test
  void noMessageOfAQueueIsLostHoweverOftenTheNodeDies() {
    for (long seed = 1; seed <= Integer.getInteger("sim.seeds", 150); seed++) {
      try {
        new Story(seed).run();
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /// One history.
  private static final class Story {
    private final Random dice;
    private final MemoryEngine engine =
        new MemoryEngine(
            List.of(
                new StreamSettings(
                    StreamSettings.DEFAULT,
                    StreamSettings.Capture.ACKNOWLEDGED,
                    Long.MAX_VALUE / 2,
                    Long.MAX_VALUE)));
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Member> members = new ArrayList<>();
    private final Set<Integer> published = new HashSet<>();
    private final Set<Integer> acknowledged = new HashSet<>();
    private final Set<Integer> dead = new HashSet<>();
    private final String filter;
    private Broker broker;
    private boolean crashed;
    private int numbers;

    Story(long seed) {
      dice = new Random(seed);
      broker = boot();
      boolean declared = dice.nextBoolean();
      filter = declared ? "$queue/jobs" : "$share/g/jobs/#";
      if (declared) {
        QueueSettings settings =
            new QueueSettings(
                List.of("jobs/#"),
                dice.nextBoolean() ? 2 : QueueSettings.UNLIMITED,
                DEAD,
                0,
                dice.nextInt(3) == 0,
                dice.nextInt(3) == 0 ? QueueSettings.BY_TOPIC : null);
        List<@Nullable String> answers = new ArrayList<>();
        lane().execute(() -> broker.queues().create(lane(), "jobs", settings, 10, answers::add));
        settle();
        assertThat(answers).hasSize(1).containsOnlyNulls();
      } else {
        // So that the group waits while nobody is there.
        Member first = new Member("m0");
        settle();
        first.close();
        settle();
      }
    }

    private Broker boot() {
      return new Broker(
          new Broker.Surroundings(
              engine,
              List.of(tasks::add, tasks::add),
              () -> 1_000_000,
              new Random(1),
              Limits.DEFAULTS,
              Security.open(Limits.DEFAULTS)));
    }

    private Lane lane() {
      return broker.lanes().getFirst();
    }

    void run() {
      for (int i = 0; i < 300; i++) {
        act();
      }
      // Everybody is there and acknowledges all that comes.
      settle();
      for (int round = 0; round < 2_000 && !complete(); round++) {
        if (members.isEmpty()) {
          members.add(new Member("m" + dice.nextInt(4)));
        }
        settle();
        List.copyOf(members).forEach(each -> each.acknowledgeAll());
        tick();
      }
      Set<Integer> missing = new HashSet<>(published);
      missing.removeAll(acknowledged);
      missing.removeAll(dead);
      assertThat(missing).isEmpty();
    }

    private boolean complete() {
      readDeadLetters();
      Set<Integer> done = new HashSet<>(acknowledged);
      done.addAll(dead);
      return done.containsAll(published);
    }

    private void readDeadLetters() {
      Log.Request all = new Log.Request(0, 0, new FilterSet(List.of(DEAD)), 10_000);
      dead.clear();
      engine.read(
          all,
          slice -> {
            for (Stored stored : slice.messages()) {
              assertThat(dead.add(number(stored.message()))).as("given up twice").isTrue();
            }
          });
    }

    private void act() {
      switch (dice.nextInt(12)) {
        case 0, 1, 2, 3 -> publish();
        case 4 -> {
          if (members.size() < 4) {
            join("m" + dice.nextInt(4));
          }
        }
        case 5 -> {
          if (!members.isEmpty() && dice.nextBoolean()) {
            members.get(dice.nextInt(members.size())).close();
          }
        }
        case 6, 7, 8 -> {
          if (!members.isEmpty()) {
            members.get(dice.nextInt(members.size())).answer();
          }
        }
        case 9 -> tick();
        case 10 -> {
          if (dice.nextInt(8) == 0) {
            crash();
          }
        }
        default -> {
          for (int i = dice.nextInt(30); i > 0 && !tasks.isEmpty(); i--) {
            tasks.remove().run();
          }
        }
      }
    }

    private void join(String id) {
      if (members.stream().noneMatch(each -> each.id.equals(id))) {
        members.add(new Member(id));
      }
    }

    /// What is in the heap is gone; what was committed stays.
    private void crash() {
      crashed = true;
      tasks.clear();
      members.clear();
      broker = boot();
    }

    private void tick() {
      broker.tick();
      settle();
    }

    private void settle() {
      for (int i = 0; !tasks.isEmpty(); i++) {
        assertThat(i).as("it never comes to rest").isLessThan(200_000);
        tasks.remove().run();
      }
    }

    private void publish() {
      int number = ++numbers;
      Qos qos = Qos.AT_LEAST_ONCE;
      Broker now = broker;
      lane()
          .execute(
              () ->
                  now.publish(
                      now.lanes().getFirst(),
                      message("jobs/" + dice.nextInt(3), number, qos),
                      (token, matched, failure) -> published.add(number),
                      0));
    }

    private static Message message(String topic, int number, Qos qos) {
      byte[] payload = Integer.toString(number).getBytes(UTF_8);
      return new Message(
          topic, payload, qos, false, Properties.NONE, "p", 1_000_000, Message.NEVER);
    }

    private static int number(Message message) {
      return Integer.parseInt(new String(message.payload(), UTF_8));
    }

    /// A consumer with a persistent session.
    private class Member extends Nobody implements Sessions.Opened {
      final String id;
      private final Map<Integer, Integer> held = new HashMap<>();
      private @Nullable Session session;
      private boolean closed;

      Member(String id) {
        this.id = id;
        Lane lane = broker.lanes().get(dice.nextInt(2));
        Opening opening = new Opening(id, false, 1_000_000, 1 + dice.nextInt(5), null);
        Broker now = broker;
        lane.execute(() -> now.open(lane, opening, this, this));
      }

      @Override
      public void opened(Session mine, boolean present) {
        session = mine;
        if (closed) {
          mine.close();
          return;
        }
        mine.resume();
        subscribe(mine, filter, Qos.AT_LEAST_ONCE);
      }

      void subscribe(Session mine, String given, Qos qos) {
        mine.interests()
            .subscribe(
                List.of(
                    new Session.Request(
                        TopicFilter.parse(given, 10), Grant.of(qos, false, false, 0), 2)),
                failure -> assertThat(failure).isNull());
      }

      @Override
      public void refused(@Nullable EngineFailure failure) {
        throw new AssertionError("refused");
      }

      @Override
      public boolean writable() {
        return true;
      }

      @Override
      public boolean deliver(
          Message message,
          Qos qos,
          boolean dup,
          boolean retain,
          int packetId,
          int[] ids,
          List<UserProperty> extras) {
        int number = number(message);
        assertThat(crashed || !acknowledged.contains(number))
            .as("%s comes after it was acknowledged", number)
            .isTrue();
        held.put(packetId, number);
        return true;
      }

      void answer() {
        Session mine = session;
        if (mine == null || closed || held.isEmpty()) {
          return;
        }
        int id = held.keySet().iterator().next();
        int number = held.get(id);
        held.remove(id);
        if (filter.startsWith("$queue") && dice.nextInt(4) == 0) {
          mine.inFlight().refused(id);
        } else {
          acknowledged.add(number);
          mine.inFlight().acknowledged(id);
        }
      }

      void acknowledgeAll() {
        Session mine = session;
        while (mine != null && !closed && !held.isEmpty()) {
          int id = held.keySet().iterator().next();
          acknowledged.add(held.get(id));
          held.remove(id);
          mine.inFlight().acknowledged(id);
        }
      }

      void close() {
        closed = true;
        members.remove(this);
        Session mine = session;
        if (mine != null) {
          mine.close();
        }
      }

      @Override
      public void end(End why) {
        closed = true;
        members.remove(this);
      }
    }
  }
}
