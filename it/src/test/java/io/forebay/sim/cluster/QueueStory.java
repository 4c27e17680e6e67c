package io.forebay.sim.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Claims;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Lane;
import io.forebay.core.session.QueueSettings;
import io.forebay.core.topic.TopicFilter;
import io.forebay.sim.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One history of a queue or a group whose members are on three nodes: they come and go anywhere,
/// nodes die and fall asleep. Holds the brokers to it that each message goes to one member.
final class QueueStory {
  private static final String DEAD = "dead";
  private static final int NODES = 3;

  private final Cluster cluster;
  private final Random dice;
  private final @Nullable QueueSettings settings;
  private final boolean rough;
  final String filter;
  final Qos qos;
  private final List<QueueMember> members = new ArrayList<>();

  /// By number, who has it.
  private final Map<Integer, QueueMember> held = new HashMap<>();

  private final Map<Integer, Integer> failures = new HashMap<>();
  private final Map<String, Integer> lastByTopic = new HashMap<>();
  private final Set<Integer> acknowledged = new HashSet<>();
  private final Set<Integer> delivered = new HashSet<>();

  /// By number, the node whose member acknowledged it: were that to die, nobody may have heard.
  private final Map<Integer, Node> acknowledgedAt = new HashMap<>();

  /// The node that deals died, or some node was silent: from then on messages may come again.
  private boolean mayRepeat;

  /// A node died: what its members had counts as failed, whether they got it or not.
  private boolean countsMore;

  /// Clients that went and whose sessions are kept: what was to be sent to them at QoS 2 may be
  /// theirs.
  private final Set<String> away = new LinkedHashSet<>();

  private int numbers;
  private int names;

  QueueStory(long seed) {
    cluster = new Cluster(seed, NODES);
    dice = cluster.dice();
    rough = dice.nextInt(3) > 0;
    settings = dice.nextBoolean() ? settings() : null;
    filter = settings == null ? "$share/g/jobs/#" : "$queue/jobs";
    qos = dice.nextInt(3) == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    cluster.run();
    if (settings == null) {
      // So that the group waits while nobody is there.
      QueueMember first = join();
      cluster.run();
      first.close();
    } else {
      List<@Nullable String> answers = new ArrayList<>();
      Node node = anyNode();
      Lane lane = node.lane();
      lane.execute(() -> node.broker().queues().create(lane, "jobs", settings, 10, answers::add));
      cluster.run();
      Violation.unless(answers.size() == 1 && answers.getFirst() == null, "not made: %s", answers);
    }
    cluster.run();
  }

  private QueueSettings settings() {
    return new QueueSettings(
        List.of("jobs/#"),
        dice.nextBoolean() ? 2 : QueueSettings.UNLIMITED,
        DEAD,
        0,
        dice.nextInt(4) == 0,
        dice.nextInt(3) == 0 ? QueueSettings.BY_TOPIC : null);
  }

  Random dice() {
    return dice;
  }

  private Node anyNode() {
    List<Node> up =
        IntStream.range(0, cluster.size())
            .mapToObj(cluster::node)
            .filter(node -> node.alive() && !node.paused())
            .toList();
    return up.get(dice.nextInt(up.size()));
  }

  // ---------------------------------------------------------------- the run

  void run(int actions) {
    for (int i = 0; i < actions; i++) {
      act();
    }
    for (int i = 0; i < cluster.size(); i++) {
      wake(i);
    }
    cluster.run();
    for (String id : List.copyOf(away)) {
      members.add(new QueueMember(this, anyNode(), id, true));
    }
    for (int round = 0; round < 500 && !missing().isEmpty(); round++) {
      if (members.isEmpty()) {
        join();
      }
      cluster.run();
      List.copyOf(members).forEach(QueueMember::acknowledgeAll);
      cluster.pass(1_000);
      cluster.run();
    }
    Violation.unless(missing().isEmpty(), "nobody got %s; %s", missing(), state());
    deadLetters();
    everybodyGoes();
  }

  /// In words, for who looks for the fault.
  private String state() {
    StringBuilder all = new StringBuilder(filter + " at " + qos + " " + settings + " held " + held);
    for (int i = 0; i < cluster.size(); i++) {
      Node node = cluster.node(i);
      long holder = node.engine().claims().holder(Claims.ofQueue(filter));
      all.append("; node ").append(node.number()).append(" sees ").append(holder);
      members.stream()
          .filter(each -> each.node == node)
          .forEach(each -> all.append(" ").append(each));
    }
    return all + (mayRepeat ? " may repeat" : "");
  }

  private void everybodyGoes() {
    List.copyOf(members).forEach(QueueMember::close);
    for (int i = 0; i < 3; i++) {
      cluster.run();
      cluster.pass(1_000);
    }
    cluster.run();
    for (int i = 0; i < cluster.size(); i++) {
      Node node = cluster.node(i);
      long holder = node.engine().claims().holder(Claims.ofQueue(filter));
      Violation.unless(holder == 0, "node %s still deals", holder);
      Violation.unless(node.broker().idle(), "node %s is not at rest", i);
    }
  }

  private void act() {
    switch (dice.nextInt(12)) {
      case 0, 1, 2 -> publish();
      case 3 -> {
        if (members.size() < 5) {
          join();
        }
      }
      case 4 -> {
        if (!members.isEmpty() && dice.nextInt(3) == 0) {
          members.get(dice.nextInt(members.size())).close();
        }
      }
      case 5, 6, 7 -> {
        if (!members.isEmpty()) {
          members.get(dice.nextInt(members.size())).answer();
        }
      }
      case 8 -> {
        if (dice.nextInt(3) == 0) {
          cluster.pass(1_000);
        }
      }
      case 9 -> {
        if (rough && dice.nextInt(5) == 0) {
          befall(dice.nextInt(cluster.size()));
        }
      }
      default -> {
        for (int i = dice.nextInt(80); i > 0; i--) {
          cluster.step();
        }
      }
    }
  }

  private void publish() {
    int number = ++numbers;
    Node node = anyNode();
    Lane lane = node.lane();
    String topic = "jobs/" + dice.nextInt(3);
    Qos published = Qos.of(1 + dice.nextInt(2));
    byte[] payload = Integer.toString(number).getBytes(UTF_8);
    Message message =
        new Message(
            topic,
            payload,
            published,
            false,
            Properties.NONE,
            "p",
            cluster.nowMillis(),
            Message.NEVER);
    lane.execute(() -> node.broker().publish(lane, message, null, 0));
  }

  static int number(Message message) {
    return Integer.parseInt(new String(message.payload(), UTF_8));
  }

  private QueueMember join() {
    QueueMember member = new QueueMember(this, anyNode(), "m" + ++names, settings == null);
    members.add(member);
    return member;
  }

  /// Something bad happens to a node, or is over.
  private void befall(int i) {
    Node node = cluster.node(i);
    boolean last =
        IntStream.range(0, cluster.size())
            .noneMatch(j -> j != i && cluster.node(j).alive() && !cluster.node(j).paused());
    if (!node.alive() || node.paused()) {
      wake(i);
    } else if (!last && dice.nextBoolean()) {
      mayRepeat |= deals(node);
      countsMore = true;
      cluster.kill(i);
      List.copyOf(members).stream().filter(each -> each.node == node).forEach(QueueMember::killed);
    } else if (!last) {
      mayRepeat = true;
      countsMore = true;
      cluster.pause(i);
    }
  }

  private void wake(int i) {
    Node node = cluster.node(i);
    if (!node.alive()) {
      cluster.start(i);
    } else if (node.paused()) {
      cluster.resume(i);
    }
  }

  /// Whether a node deals, or may do so by the time the others know.
  private boolean deals(Node node) {
    return IntStream.range(0, cluster.size())
        .mapToObj(cluster::node)
        .anyMatch(
            each -> {
              long holder = each.engine().claims().holder(Claims.ofQueue(filter));
              return holder == 0 || holder == node.number();
            });
  }

  // ---------------------------------------------------------------- what members see

  /// @param keptId null if its session is not kept
  void gone(QueueMember member, @Nullable String keptId) {
    members.remove(member);
    if (qos == Qos.EXACTLY_ONCE && keptId != null) {
      away.add(keptId);
    }
  }

  /// @param again it was sent before, and stayed with the client
  void delivered(QueueMember member, Message message, int redeliveries, boolean again) {
    int number = number(message);
    QueueMember other = held.get(number);
    boolean first = delivered.add(number);
    if (again) {
      // Its own since then, and no business of the queue.
      return;
    }
    held.put(number, member);
    if (mayRepeat) {
      return;
    }
    Node where = acknowledgedAt.get(number);
    Violation.unless(
        !acknowledged.contains(number) || (where != null && !where.alive()),
        "%s comes after it was acknowledged",
        number);
    Violation.unless(other == null, "%s comes to %s while %s has it", number, member, other);
    if (settings != null && !countsMore) {
      int failed = failures.getOrDefault(number, 0);
      Violation.unless(
          redeliveries == failed, "%s failed %s times, not %s", number, failed, redeliveries);
    }
    if (settings != null && settings.exclusive()) {
      held.values()
          .forEach(each -> Violation.unless(each == member, "%s is not the only one", member));
    }
    if (settings != null && settings.orderBy() != null && !countsMore) {
      inOrder(member, message, number, first);
    }
  }

  private void inOrder(QueueMember member, Message message, int number, boolean first) {
    Set<Integer> ofTopic = new HashSet<>();
    for (List<Stored> partition : cluster.log().messages()) {
      for (Stored stored : partition) {
        if (stored.message().topic().equals(message.topic())) {
          ofTopic.add(number(stored.message()));
        }
      }
    }
    held.forEach(
        (each, holder) ->
            Violation.unless(
                holder == member || !ofTopic.contains(each),
                "%s comes to %s while %s has %s of its topic",
                number,
                member,
                holder,
                each));
    if (first) {
      Integer last = lastByTopic.put(message.topic(), place(message.topic(), number));
      Violation.unless(
          last == null || last < place(message.topic(), number),
          "%s overtook others of %s",
          number,
          message.topic());
    }
  }

  /// Where a message is among those of its topic.
  private int place(String topic, int number) {
    int place = 0;
    for (List<Stored> partition : cluster.log().messages()) {
      for (Stored stored : partition) {
        if (stored.message().topic().equals(topic)) {
          place++;
          if (number(stored.message()) == number) {
            return place;
          }
        }
      }
    }
    return -1;
  }

  void acknowledged(QueueMember member, int number) {
    acknowledged.add(number);
    acknowledgedAt.put(number, member.node);
    held.remove(number, member);
  }

  /// A delivery failed.
  ///
  /// @param refused the member did not want it; else it went
  void failed(QueueMember member, int number, boolean refused) {
    if (refused && settings == null) {
      // In a group that is the end of it (MQTT 5 §4.8.2).
      acknowledged(member, number);
    }
    failures.merge(number, 1, Integer::sum);
    held.remove(number, member);
  }

  /// It stays with a client that is away (MQTT 5 §4.8.2).
  void stays(QueueMember member, int number) {
    acknowledged.add(number);
    held.remove(number, member);
  }

  // ---------------------------------------------------------------- what is owed

  private Set<Integer> missing() {
    Set<Integer> missing = new HashSet<>();
    for (List<Stored> partition : cluster.log().messages()) {
      for (Stored stored : partition) {
        if (TopicFilter.matches("jobs/#", stored.message().topic())) {
          missing.add(number(stored.message()));
        }
      }
    }
    missing.removeAll(acknowledged);
    missing.removeAll(deadLetters());
    return missing;
  }

  private Set<Integer> deadLetters() {
    Set<Integer> dead = new HashSet<>();
    for (List<Stored> partition : cluster.log().messages()) {
      for (Stored stored : partition) {
        if (stored.message().topic().equals(DEAD)) {
          int number = number(stored.message());
          Violation.unless(dead.add(number), "%s was given up twice", number);
          Violation.unless(
              mayRepeat || countsMore || !acknowledged.contains(number),
              "%s is done and given up",
              number);
        }
      }
    }
    return dead;
  }
}
