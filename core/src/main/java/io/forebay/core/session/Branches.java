package io.forebay.core.session;

import io.forebay.core.log.Claims;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Log;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What queues need of the other nodes that share the log: who deals for which queue, and words
/// there and back. All that concerns one name happens on one lane; what a lane says in one turn to
/// one node travels together.
///
/// A node that shares its log with nobody has none of this: its sessions are members of its queues
/// themselves.
///
/// Any thread, if a method does not say otherwise.
final class Branches implements Exchange.Listener {
  /// Stands for this node, whatever number it has.
  static final long HERE = 0;

  private static final int WORDS_AT_ONCE = 1_000;

  private final Queues queues;
  private final Claims claims;
  private final Exchange exchange;
  private final Log log;
  private final List<Lane> lanes;
  private final Map<String, Branch> branches = new ConcurrentHashMap<>();

  /// By lane, what is said in this turn, by node.
  private final List<Map<Long, List<Word>>> outgoing;

  private final Set<Long> gone = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Asked> asked = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /// An administrator waits.
  private record Asked(long node, Lane lane, Consumer<Word.@Nullable Answer> answer) {
    void tell(Word.@Nullable Answer said) {
      lane.execute(() -> answer.accept(said));
    }
  }

  Branches(Queues queues, Claims claims, Exchange exchange, Log log, List<Lane> lanes) {
    this.queues = queues;
    this.claims = claims;
    this.exchange = exchange;
    this.log = log;
    this.lanes = lanes;
    this.outgoing =
        lanes.stream().<Map<Long, List<Word>>>map(lane -> new LinkedHashMap<>()).toList();
  }

  Log log() {
    return log;
  }

  /// Where all happens that concerns this name.
  Lane lane(String name) {
    return lanes.get(Math.floorMod(name.hashCode(), lanes.size()));
  }

  int newSeat() {
    return numbers.incrementAndGet();
  }

  /// Who deals for a queue, as far as this node knows; itself if nobody does.
  long owner(String name) {
    long holder = claims.holder(Claims.ofQueue(name));
    return holder == exchange.self() ? HERE : holder;
  }

  boolean isGone(long node) {
    return gone.contains(node);
  }

  /// As [Queues#join].
  void join(
      Session session,
      String name,
      Grant grant,
      int number,
      boolean persistent,
      Consumer<Queue.@Nullable Member> joined) {
    Branch branch = branches.computeIfAbsent(name, key -> new Branch(this, key, lane(key)));
    Lane lane = session.lane();
    // Not before what the lane said of the same queue in this turn: acknowledgements, goodbyes.
    lane.post(
        branch.lane(),
        () -> {
          if (!branch.join(session, grant, number, persistent, joined)) {
            lane.execute(() -> join(session, name, grant, number, persistent, joined));
          }
        });
  }

  void ended(String name, Branch branch) {
    branches.remove(name, branch);
  }

  // ---------------------------------------------------------------- words

  /// Says something to a node, after what this lane said before. On it.
  void say(Lane from, long node, Word word) {
    Map<Long, List<Word>> saying = outgoing.get(from.index());
    if (saying.isEmpty()) {
      from.execute(() -> send(saying));
    }
    saying.computeIfAbsent(node, key -> new ArrayList<>()).add(word);
  }

  private void send(Map<Long, List<Word>> saying) {
    Map<Long, List<Word>> said = new LinkedHashMap<>(saying);
    saying.clear();
    said.forEach(
        (node, words) -> {
          if (node == HERE) {
            deliver(HERE, words);
          } else {
            for (int i = 0; i < words.size(); i += WORDS_AT_ONCE) {
              int end = Math.min(words.size(), i + WORDS_AT_ONCE);
              exchange.send(node, WordFormat.encode(words.subList(i, end)));
            }
          }
        });
  }

  @Override
  public void heard(long node, byte[] words) {
    List<Word> said;
    try {
      said = WordFormat.decode(words);
    } catch (IllegalArgumentException e) {
      queues.tellOnce("what node " + node + " says of queues cannot be read: " + e.getMessage());
      return;
    }
    deliver(node, said);
  }

  private void deliver(long node, List<Word> words) {
    Map<Lane, List<Word>> byLane = new LinkedHashMap<>();
    for (Word word : words) {
      byLane.computeIfAbsent(lane(word.name()), lane -> new ArrayList<>()).add(word);
    }
    byLane.forEach((lane, its) -> lane.execute(() -> its.forEach(word -> hear(lane, node, word))));
  }

  private void hear(Lane lane, long node, Word word) {
    switch (word) {
      case Word.ToQueue toQueue -> queues.hear(node, toQueue);
      case Word.Answer answer -> answered(answer);
      case Word.ToBranch toBranch -> {
        Branch branch = branches.get(word.name());
        if (branch != null) {
          branch.hear(node, toBranch);
        } else if (toBranch instanceof Word.Leased leased) {
          returnUnsent(lane, node, leased);
        }
      }
    }
  }

  /// A lease came for a member that is none any more. On `lane`.
  void returnUnsent(Lane lane, long node, Word.Leased leased) {
    Word.Back back = new Word.Back(leased.place(), Word.How.UNSENT);
    say(lane, node, new Word.Done(leased.name(), leased.seat(), back));
  }

  // ---------------------------------------------------------------- other nodes

  @Override
  public void gone(long node) {
    gone.add(node);
    queues.gone(node);
    branches.values().forEach(branch -> branch.lane().execute(() -> branch.gone(node)));
    asked.forEach(
        (id, each) -> {
          if (each.node() == node && asked.remove(id, each)) {
            each.tell(null);
          }
        });
  }

  /// As [Claims.Listener#lost].
  void lost() {
    queues.drop();
    branches.values().forEach(branch -> branch.lane().execute(branch::lost));
    asked.forEach(
        (id, each) -> {
          if (asked.remove(id, each)) {
            each.tell(null);
          }
        });
  }

  // ---------------------------------------------------------------- administration

  /// Asks the node that deals for a queue. On `lane`, where the answer comes too.
  ///
  /// @param answer null if that node is no more
  void ask(
      Lane lane, long node, String name, boolean delete, Consumer<Word.@Nullable Answer> answer) {
    int id = numbers.incrementAndGet();
    Asked asks = new Asked(node, lane, answer);
    asked.put(id, asks);
    say(lane, node, new Word.Ask(name, id, delete));
    if (gone.contains(node) && asked.remove(id, asks)) {
      asks.tell(null);
    }
  }

  private void answered(Word.Answer answer) {
    Asked asks = asked.remove(answer.id());
    if (asks != null) {
      asks.tell(answer);
    }
  }

  /// Another node asks about a queue that is open here. On the queue's lane.
  void asked(Queue queue, long node, Word.Ask ask) {
    if (ask.delete()) {
      queue.delete(failure -> answer(node, ask, 0, null, failure));
    } else {
      int members = queue.members();
      queue.describe(row -> answer(node, ask, members, row, null));
    }
  }

  private void answer(
      long node,
      Word.Ask ask,
      int members,
      @Nullable QueueRow row,
      @Nullable EngineFailure failure) {
    byte[] bytes = row == null ? null : QueueFormat.encode(row);
    answer(node, ask, members, bytes, failure == null ? null : failure.detail());
  }

  /// On the queue's lane.
  void answer(
      long node, Word.Ask ask, int members, byte @Nullable [] row, @Nullable String problem) {
    Word answer = new Word.Answer(ask.name(), ask.id(), members, row, problem);
    say(lane(ask.name()), node, answer);
  }
}
