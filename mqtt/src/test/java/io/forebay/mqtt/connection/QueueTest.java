package io.forebay.mqtt.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.QueueSettings;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Declared queues, and groups that wait for their members.
class QueueTest {
  private static final ReasonCode FAILED = ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
  private static final byte[] DAMAGED = {1, 2, 3};

  private final TestNode node = TestNode.withDefaults();

  /// Its clients take one message at a time.
  private final TestNode narrow = TestNode.with(limits -> limits.inflight(1));

  private final TestClient publisher = node.connect(ProtocolVersion.V5, "publisher");

  private void create(String name, QueueSettings settings) {
    create(node, name, settings);
  }

  private static void create(TestNode node, String name, QueueSettings settings) {
    List<@Nullable String> answers = new ArrayList<>();
    node.broker.queues().create(node.broker.lanes().getFirst(), name, settings, 10, answers::add);
    node.run();
    assertThat(answers).hasSize(1).containsOnlyNulls();
  }

  private static QueueSettings plain(int maximumRedeliveries, @Nullable String deadLetterTopic) {
    return new QueueSettings(
        List.of("jobs/#"), maximumRedeliveries, deadLetterTopic, 0, false, null);
  }

  @Test
  void aQueueThatNobodyDeclaredIsRefusedWithWordsThatHelp() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    Subscribe.Entry entry = new Subscribe.Entry("$queue/jobs", Qos.AT_LEAST_ONCE, false, false, 0);
    client.send(new Subscribe(1, 0, List.of(), List.of(entry)));
    Suback answer = client.next(Suback.class);
    assertThat(answer.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
    assertThat(answer.reasonString())
        .isEqualTo("no such queue: 'jobs'; create it with: forebay queue create");
  }

  @Test
  void aQueueKeepsWhatCameBeforeAnybodyConsumed() {
    create("jobs", plain(QueueSettings.UNLIMITED, null));
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    TestClient client = node.connect(ProtocolVersion.V3_1_1, "a");
    assertThat(client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    client.nextMessage("x");
  }

  @Test
  void whatFailsTooOftenBecomesADeadLetterThatSaysWhy() {
    create("jobs", plain(1, "failed"));
    TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("failed", Qos.AT_LEAST_ONCE);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    client.send(
        Puback.of(client.nextMessage("x").packetId(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    Publish again = client.nextMessage("x");
    assertThat(again.dup()).isFalse();
    assertThat(again.properties().userProperties())
        .containsExactly(new UserProperty("redeliveries", "1"));
    client.send(Puback.of(again.packetId(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    assertThat(watcher.nextMessage("x").properties().userProperties())
        .containsExactly(
            new UserProperty("queue", "jobs"),
            new UserProperty("topic", "jobs/1"),
            new UserProperty("redeliveries", "2"),
            new UserProperty("reason", "redelivered too often"));
    assertThat(client.messages()).isEmpty();
  }

  @Test
  void aGroupWaitsForAMemberWhoseSessionIsKept() {
    TestClient client = node.connect(ConnectDraft.v5("a").persistent());
    client.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE);
    client.drop();
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    TestClient other = node.connect(ProtocolVersion.V5, "b");
    other.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE);
    other.nextMessage("x");
  }

  @Test
  void whatIsPublishedAtQos0IsInNoQueueAlsoWhileSomebodyConsumes() {
    create("jobs", plain(QueueSettings.UNLIMITED, null));
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    publisher.publish("jobs/1", "x");
    publisher.publish("jobs/1", "y", Qos.AT_LEAST_ONCE, 1);
    client.nextMessage("y");
    client.assertNothing();
  }

  @Test
  void aDeadLetterForWhichThereIsNoRoomIsPublishedWhenThereIs() {
    create("jobs", plain(0, "failed"));
    TestClient watcher = node.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("failed", Qos.AT_LEAST_ONCE);
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    node.engine.full(true);
    client.send(Puback.of(client.nextMessage("x").packetId(), FAILED));
    node.seconds(3);
    watcher.assertNothing();
    node.engine.full(false);
    node.seconds(1);
    watcher.nextMessage("x");
    watcher.assertNothing();
    client.assertNothing();
  }

  // ---------------------------------------------------------------- order, time, exclusive

  private static QueueSettings inOrder(long ttlMillis) {
    return new QueueSettings(
        List.of("jobs/#"), QueueSettings.UNLIMITED, "failed", ttlMillis, false, "topic");
  }

  @Test
  void whatIsRefusedComesAgainBeforeOthersOfItsKey() {
    create(narrow, "jobs", inOrder(0));
    TestClient sender = narrow.connect(ProtocolVersion.V5, "sender");
    TestClient client = narrow.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    TestClient idle = narrow.connect(ProtocolVersion.V5, "b");
    idle.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    sender.publish("jobs/k", "first", Qos.AT_LEAST_ONCE, 1);
    sender.publish("jobs/k", "second", Qos.AT_LEAST_ONCE, 2);
    client.send(Puback.of(client.nextMessage("first").packetId(), FAILED));
    client.puback(client.nextMessage("first").packetId());
    client.nextMessage("second");
    idle.assertNothing();
  }

  @Test
  void whatGrewTooOldWhileItWaitedForItsConsumerIsGivenUp() {
    create(narrow, "jobs", inOrder(5_000));
    TestClient sender = narrow.connect(ProtocolVersion.V5, "sender");
    TestClient watcher = narrow.connect(ProtocolVersion.V5, "watcher");
    watcher.subscribe("failed", Qos.AT_LEAST_ONCE);
    TestClient client = narrow.connect(ProtocolVersion.V5, "a");
    client.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    TestClient idle = narrow.connect(ProtocolVersion.V5, "b");
    idle.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    sender.publish("jobs/k", "first", Qos.AT_LEAST_ONCE, 1);
    sender.publish("jobs/k", "second", Qos.AT_LEAST_ONCE, 2);
    Publish first = client.nextMessage("first");
    narrow.seconds(5);
    client.puback(first.packetId());
    client.assertNothing();
    assertThat(watcher.nextMessage("second").properties().userProperties())
        .contains(new UserProperty("reason", "too old"));
    // The key is free again.
    sender.publish("jobs/k", "third", Qos.AT_LEAST_ONCE, 3);
    idle.nextMessage("third");
  }

  @Test
  void anExclusiveConsumerThatSubscribesAgainStaysTheOne() {
    create(
        "jobs", new QueueSettings(List.of("jobs/#"), QueueSettings.UNLIMITED, null, 0, true, null));
    TestClient one = node.connect(ProtocolVersion.V5, "one");
    TestClient two = node.connect(ProtocolVersion.V5, "two");
    one.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    two.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    one.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    two.assertNothing();
    one.nextMessage("x");
    one.drop();
    two.nextMessage("x");
  }

  // ---------------------------------------------------------------- damaged

  private void damage(String name) {
    byte[] key = name.getBytes(UTF_8);
    node.broker.lanes().getFirst().batch().row(new Batch.Row(Tables.QUEUES, key, DAMAGED));
    node.run();
  }

  @Test
  void aQueueThatCannotBeReadIsRefusedAndToldOnceAndCanBeMadeAnew() {
    List<String> told = new ArrayList<>();
    node.broker.queues().whenDamaged(told::add);
    create("jobs", plain(QueueSettings.UNLIMITED, null));
    TestClient before = node.connect(ConnectDraft.v5("before").persistent());
    before.subscribe("$queue/jobs", Qos.AT_LEAST_ONCE);
    before.drop();
    damage("$queue/jobs");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    for (int i = 0; i < 2; i++) {
      assertThat(
              client.subscribe(
                  0,
                  new Subscribe.Entry("plain", Qos.AT_MOST_ONCE, false, false, 0),
                  new Subscribe.Entry("$queue/jobs", Qos.AT_LEAST_ONCE, false, false, 0),
                  new Subscribe.Entry("other", Qos.AT_LEAST_ONCE, false, false, 0)))
          .containsExactly(ReasonCode.SUCCESS, FAILED, ReasonCode.GRANTED_QOS_1);
    }
    assertThat(told)
        .singleElement()
        .asString()
        .contains("'$queue/jobs'")
        .contains("forebay queue delete jobs");
    assertThat(look()).containsExactly("jobs", "what is kept of queue 'jobs' cannot be read: ");

    // Its client comes back although the queue does not.
    before = node.connect(ConnectDraft.v5("before").persistent());
    List<@Nullable String> deleted = new ArrayList<>();
    node.broker.queues().delete(node.broker.lanes().getFirst(), "jobs", deleted::add);
    node.run();
    assertThat(deleted).hasSize(1).containsOnlyNulls();
    create("jobs", plain(QueueSettings.UNLIMITED, null));
    before.drop();
    before = node.connect(ConnectDraft.v5("before").persistent());
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    before.nextMessage("x");
  }

  /// The name of the damaged queue in the list, and what peeking says up to the reason.
  private List<String> look() {
    List<String> seen = new ArrayList<>();
    Lane lane = node.broker.lanes().getFirst();
    node.broker
        .queues()
        .list(
            lane,
            all ->
                all.stream()
                    .filter(each -> each.damage() != null)
                    .forEach(each -> seen.add(each.name())));
    node.broker
        .queues()
        .peek(
            lane,
            "jobs",
            1,
            found -> seen.add("found"),
            words -> seen.add(words.substring(0, words.indexOf(": ") + 2)));
    node.run();
    return seen;
  }

  @Test
  void aGroupThatCannotBeReadIsRefusedUntilItHasNoMembers() {
    List<String> told = new ArrayList<>();
    node.broker.queues().whenDamaged(told::add);
    TestClient member = node.connect(ConnectDraft.v5("member").persistent());
    member.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE);
    member.drop();
    damage("$share/g/jobs/#");
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    assertThat(client.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE)).containsExactly(FAILED);
    assertThat(told).hasSize(1);
    // Its session ends.
    node.connect(ProtocolVersion.V5, "member");
    assertThat(client.subscribe("$share/g/jobs/#", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.GRANTED_QOS_1);
    publisher.publish("jobs/1", "x", Qos.AT_LEAST_ONCE, 1);
    client.nextMessage("x");
  }

  // ---------------------------------------------------------------- requests

  @Test
  void requestsAreKeptNowhere() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    Publish request = TestClient.message("$CONTROL/queue/v1/list", "{}", Qos.AT_LEAST_ONCE, 1);
    client.send(request);
    assertThat(client.next(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    client.publishRetained("$CONTROL/queue/v1/list", "{}");
    assertThat(node.broker.storedMessages()).isZero();
    assertThat(node.broker.retainedMessages()).isZero();
  }

  @Test
  void nobodyListensToRequests() {
    TestClient client = node.connect(ProtocolVersion.V5, "a");
    assertThat(client.subscribe("$CONTROL/#", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.NOT_AUTHORIZED);
    assertThat(client.subscribe("$share/g/$CONTROL/queue/v1/+", Qos.AT_LEAST_ONCE))
        .containsExactly(ReasonCode.NOT_AUTHORIZED);
  }
}
