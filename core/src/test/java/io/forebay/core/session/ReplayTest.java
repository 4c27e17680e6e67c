package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.Broker;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Security;
import io.forebay.core.topic.TopicFilter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A client that asks for the past, on a broker and a log whose every step is a throw of the dice.
class ReplayTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 400;
  private static final int REPLAY_ID = 1;
  private static final List<String> TOPICS = List.of("a", "b", "c/d");

  @Test
  void whateverHappensMeanwhileTheLogComesFilteredFromItsStartInOrderAndOnce() {
    for (int seed = 0; seed < SEEDS; seed++) {
      World world = new World(seed);
      world.play();
      assertThat(world.taken).as("seed %d, %s", seed, world.given).isEqualTo(world.expected());
    }
  }

  @Test
  void whatRetentionRemovedIsCountedAndToldWithTheNextMessageOnly() {
    World world = new World(1);
    world.publish(10, Qos.AT_LEAST_ONCE);
    world.engine.removeBelow(4);
    world.subscribe("$replay/default/0/1/1/#", Qos.AT_LEAST_ONCE);
    world.finish();
    assertThat(world.taken).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(world.extras.getFirst()).containsExactly(new UserProperty("gap", "3"));
    assertThat(world.extras.subList(1, 6)).containsOnly(List.of());
    assertThat(world.broker.count(Figure.GAP_MESSAGES)).isEqualTo(3);
  }

  @Test
  void aReplayHoldsItsPublishersUpForNoOneAndEndsWithItsName() {
    World world = new World(2);
    world.publish(3, Qos.AT_LEAST_ONCE);
    world.subscribe("$replay/earliest/#", Qos.AT_LEAST_ONCE);
    world.finish();
    TopicFilter name = TopicFilter.parse("$replay/earliest/#", 9);
    assertThat(world.session().interests().holds(name)).isTrue();
    assertThat(world.session().interests().size()).isEqualTo(1);
    assertThat(world.session().interests().unsubscribe(List.of(name), failure -> {}))
        .containsExactly(true);
    world.publish(2, Qos.AT_LEAST_ONCE);
    world.finish();
    assertThat(world.taken).containsExactly(0, 1, 2);
    assertThat(world.broker.subscriptions()).isZero();
  }

  @Test
  void endedWhileItsPlaceIsSoughtItTakesNothingAndTheAnswerStillComes() {
    World world = new World(3);
    world.publish(3, Qos.AT_LEAST_ONCE);
    world.subscribe("$replay/1h/#", Qos.AT_LEAST_ONCE);
    world
        .session()
        .interests()
        .unsubscribe(List.of(TopicFilter.parse("$replay/1h/#", 9)), failure -> {});
    assertThat(world.answered).isFalse();
    world.finish();
    assertThat(world.answered).isTrue();
    assertThat(world.taken).isEmpty();
    assertThat(world.broker.subscriptions()).isZero();
  }

  private static final class World {
    private final Random dice;
    private final SlowEngine engine = new SlowEngine();
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final Broker broker;
    private final Lane lane;
    private final int windowSize;
    private final List<Integer> taken = new ArrayList<>();
    private final List<List<UserProperty>> extras = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private int published;
    private String given = "";
    private int expectedFrom;
    private boolean answered;
    private @Nullable Client client;

    World(int seed) {
      dice = new Random(seed);
      windowSize = 1 + dice.nextInt(8);
      broker =
          new Broker(
              new Broker.Surroundings(
                  engine,
                  List.of(loop::add),
                  () -> nowMillis,
                  new Random(1),
                  Limits.DEFAULTS,
                  Security.open(Limits.DEFAULTS)));
      lane = broker.lanes().getFirst();
      connect();
    }

    Session session() {
      return Objects.requireNonNull(client().session);
    }

    private Client client() {
      return Objects.requireNonNull(client);
    }

    private void connect() {
      Client connecting = new Client(this);
      client = connecting;
      broker.open(
          lane, new Opening("client", false, 1_000, windowSize, null), connecting, connecting);
    }

    void publish(int count, Qos qos) {
      for (int i = 0; i < count; i++) {
        publish("a", qos);
      }
      quiet();
    }

    private void publish(String topic, Qos qos) {
      byte[] payload = Integer.toString(published++).getBytes(UTF_8);
      Message message =
          new Message(topic, payload, qos, false, Properties.NONE, "p", nowMillis, Message.NEVER);
      broker.publish(lane, message, null, 0);
    }

    void subscribe(String text, Qos qos) {
      given = text;
      Grant grant = Grant.of(qos, false, false, REPLAY_ID);
      session()
          .interests()
          .subscribe(
              List.of(new Session.Request(TopicFilter.parse(text, 9), grant, 0)),
              failure -> answered = failure == null);
    }

    private void subscribePlain() {
      Grant grant = Grant.of(Qos.AT_LEAST_ONCE, false, false, REPLAY_ID + 1);
      session()
          .interests()
          .subscribe(
              List.of(new Session.Request(TopicFilter.parse("#", 9), grant, 0)), failure -> {});
    }

    // ---------------------------------------------------------------- the game

    void play() {
      quiet();
      int begins = dice.nextInt(STEPS);
      int competes = dice.nextInt(2 * STEPS);
      for (int step = 0; step < STEPS; step++) {
        boolean connected = client().session != null;
        if (step == competes && connected) {
          subscribePlain();
        }
        if (given.isEmpty() && step >= begins && connected) {
          subscribe(anyReplay() + anyFilter(), Qos.of(dice.nextInt(3)));
        }
        step();
      }
      finish();
    }

    private String anyReplay() {
      int kind = dice.nextInt(4);
      if (kind == 0) {
        expectedFrom = dice.nextInt(engine.messages.size() + 1);
        return "$replay/default/0/1/" + expectedFrom + "/";
      }
      if (kind == 1) {
        return "$replay/" + dice.nextInt(100) + "ms/";
      }
      if (kind == 2) {
        return "$replay/" + Instant.ofEpochMilli(nowMillis - dice.nextInt(100)) + "/";
      }
      return "$replay/earliest/";
    }

    private String anyFilter() {
      return List.of("#", "a", "+", "c/#").get(dice.nextInt(4));
    }

    private void step() {
      switch (dice.nextInt(16)) {
        case 0, 1 -> {
          nowMillis += dice.nextInt(10);
          publish(TOPICS.get(dice.nextInt(TOPICS.size())), Qos.of(dice.nextInt(3)));
        }
        case 2, 3, 4 -> engine.commit();
        case 5, 6 -> engine.look();
        case 7, 8 -> engine.answer();
        case 9, 10 -> client().acknowledge();
        case 11 -> client().writable(dice.nextInt(3) > 0);
        case 12 -> reconnect();
        default -> runOne();
      }
    }

    private void reconnect() {
      // Before the answer the client does not know that it is subscribed.
      if (client().session != null && (given.isEmpty() || answered) && dice.nextInt(5) == 0) {
        session().close();
        client().closed = true;
        connect();
      }
    }

    /// Everything that can happen without the client.
    private void quiet() {
      boolean busy = true;
      while (busy) {
        boolean ran = runOne();
        busy = engine.commit() || engine.look() || engine.answer() || ran;
      }
    }

    private boolean runOne() {
      Runnable task = loop.poll();
      if (task != null) {
        task.run();
      }
      return task != null;
    }

    void finish() {
      quiet();
      client().writable(true);
      quiet();
      while (client().acknowledge()) {
        quiet();
      }
    }

    List<Integer> expected() {
      String filter = given.isEmpty() ? "" : TopicFilter.parse(given, 9).text();
      int from = Math.max(expectedFrom, engine.sought);
      return IntStream.range(from, engine.messages.size())
          .filter(i -> !given.isEmpty())
          .filter(i -> TopicFilter.matches(filter, engine.messages.get(i).message().topic()))
          .boxed()
          .toList();
    }
  }

  private static final class Client extends Nobody implements Sessions.Opened {
    private final World world;
    private final Map<Integer, Qos> inFlight = new LinkedHashMap<>();
    private final Set<Integer> received = new HashSet<>();
    private final List<Integer> released = new ArrayList<>();
    private boolean writable = true;
    private boolean closed;
    private @Nullable Session session;

    Client(World world) {
      this.world = world;
    }

    @Override
    public void opened(Session mine, boolean present) {
      session = mine;
      mine.resume();
    }

    @Override
    public void refused(@Nullable EngineFailure failure) {
      throw new AssertionError("there is room for a session");
    }

    @Override
    public boolean writable() {
      return writable;
    }

    void writable(boolean now) {
      writable = now;
      if (now && session != null) {
        session.pump();
      }
    }

    @Override
    public boolean deliver(
        Message message,
        Qos qos,
        boolean dup,
        boolean retain,
        int packetId,
        int[] subscriptionIds,
        List<UserProperty> extras) {
      assertThat(closed).isFalse();
      // What waited for its packet id to be kept was taken before, within the window.
      assertThat(qos != Qos.AT_MOST_ONCE || writable).isTrue();
      if (qos != Qos.AT_MOST_ONCE) {
        assertThat(inFlight.put(packetId, qos)).isNull();
        assertThat(inFlight).hasSizeLessThanOrEqualTo(world.windowSize);
      }
      if (!dup && subscriptionIds[0] == REPLAY_ID) {
        world.taken.add(Integer.valueOf(new String(message.payload(), UTF_8)));
        world.extras.add(extras);
      }
      return true;
    }

    @Override
    public void release(int packetId) {
      released.add(packetId);
    }

    @Override
    public void end(End why) {
      throw new AssertionError("nobody ends it");
    }

    /// Answers the oldest delivery.
    ///
    /// @return false if there is none
    boolean acknowledge() {
      Session mine = session;
      if (mine == null) {
        return false;
      }
      if (!released.isEmpty()) {
        int id = released.removeFirst();
        inFlight.remove(id);
        received.remove(id);
        return mine.inFlight().completed(id);
      }
      for (Map.Entry<Integer, Qos> each : inFlight.entrySet()) {
        int id = each.getKey();
        if (each.getValue() == Qos.AT_LEAST_ONCE) {
          inFlight.remove(id);
          return mine.inFlight().acknowledged(id);
        }
        // Once: PUBREL answers when that is kept.
        if (received.add(id)) {
          return mine.inFlight().received(id, false);
        }
      }
      return false;
    }
  }
}
