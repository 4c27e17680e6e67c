package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Log;
import io.forebay.core.log.Tables;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.topic.TopicFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The queues that this node deals for, by name: those with connected members as objects, the
/// others as rows. Any thread.
final class Queues {
  static final String DECLARED = "$queue/";
  private static final String SHARED = "$share/";

  /// In words.
  static final String MOVED = "the node that dealt for the queue does not any more; try again";

  private final ConcurrentHashMap<String, Queue> queues = new ConcurrentHashMap<>();

  /// Queues whose row is to be written.
  private final ConcurrentLinkedQueue<Queue> changed = new ConcurrentLinkedQueue<>();

  /// Those of which it was told that they are damaged.
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Consumer<String> whenDamaged;

  private final Router router;
  private final Log log;
  private final LongSupplier clock;
  private final QueueTable table;
  private final Backlogs backlogs;
  private final Claims claims;
  private final boolean alone;
  private final Branches branches;
  private Runnable everyTick = () -> {};

  /// @param mostWaiting messages that may wait in a declared queue
  Queues(Engine engine, Router router, LongSupplier clock, long mostWaiting) {
    this.router = router;
    this.backlogs = new Backlogs(router, engine.log(), mostWaiting);
    this.log = engine.log();
    this.clock = clock;
    this.table = new QueueTable(engine.table(Tables.QUEUES));
    this.claims = engine.claims();
    this.alone = engine.exchange().equals(Exchange.ALONE);
    this.branches = new Branches(this, claims, engine.exchange(), log, router.lanes());
    engine.exchange().listen(branches);
  }

  /// Whether this node shares its log with nobody.
  boolean alone() {
    return alone;
  }

  /// What queues need of other nodes.
  Branches branches() {
    return branches;
  }

  Router router() {
    return router;
  }

  Log log() {
    return log;
  }

  LongSupplier clock() {
    return clock;
  }

  QueueTable table() {
    return table;
  }

  Backlogs backlogs() {
    return backlogs;
  }

  /// Counts what waits in a declared queue that is kept.
  void countBacklog(String name) {
    table.load(
        name,
        false,
        kept -> {
          QueueRow row = kept.row();
          if (row != null) {
            long done = kept.owned().stream().filter(key -> !row.covers(key)).count();
            backlogs.restore(name, row.without(kept.owned()), done);
          }
        });
  }

  /// Retention may have removed something of what waited.
  private void recount(String name) {
    Lane lane = backlogs.home();
    lane.execute(
        () ->
            describe(
                lane,
                name,
                (row, members, damage) -> {
                  if (row != null) {
                    backlogs.restore(name, row, 0);
                  } else if (damage == null) {
                    backlogs.end(name);
                  }
                }));
  }

  /// Whether a queue of this name is there only if somebody declared it.
  boolean mustBeDeclared(String name) {
    return name.startsWith(DECLARED);
  }

  // ---------------------------------------------------------------- members

  /// Makes a session a member of the queue that `filter` names.
  ///
  /// @param number as in [Queue.Member]
  /// @param persistent whether the session outlives its connection
  /// @param joined gets the membership, on the session's lane; null if there is no such queue, or
  ///   none that can be read
  void join(
      Session session,
      TopicFilter filter,
      Grant grant,
      int number,
      boolean persistent,
      Consumer<Queue.@Nullable Member> joined) {
    if (!alone) {
      branches.join(session, filter.given(), grant, number, persistent, joined);
      return;
    }
    Lane lane = session.lane();
    visit(
        lane,
        filter.given(),
        new Queue.Visitor() {
          @Override
          public void enter(Queue queue) {
            Taker taker = new Taker.Local(session);
            Queue.Member member = new Queue.Member(queue, taker, grant, number);
            queue.join(member, persistent, () -> lane.execute(() -> joined.accept(member)));
          }

          @Override
          public void again() {
            lane.execute(() -> join(session, filter, grant, number, persistent, joined));
          }

          @Override
          public void refused(@Nullable String damage) {
            lane.execute(() -> joined.accept(null));
          }

          @Override
          public void elsewhere() {
            lane.execute(() -> joined.accept(null));
          }
        });
  }

  /// Goes to the queue of this name, on its lane, which begins as an object if it is none.
  ///
  /// @param lane where we are, and where it begins
  void visit(Lane lane, String name, Queue.Visitor visitor) {
    Queue queue = queue(lane, name);
    // Not before what the lane said of the same queue in this turn: acknowledgements, goodbyes.
    lane.post(queue.lane(), () -> queue.visit(visitor));
  }

  private Queue queue(Lane lane, String name) {
    return queues.computeIfAbsent(
        name, key -> new Queue(this, key, alone ? lane : branches.lane(key)));
  }

  /// Whether members of this queue have rows, so that it waits for them.
  static boolean keepsMembers(String name) {
    return name.startsWith(SHARED);
  }

  /// The session of a client that is away ended: it is a member no more.
  ///
  /// @param lane whose batch says that the session ended
  void forget(Lane lane, String name, String clientId) {
    if (!keepsMembers(name)) {
      return;
    }
    Batch batch = lane.batch();
    batch.row(QueueTable.member(name, clientId, false));
    batch.afterwards(
        failure ->
            table.anyMember(
                name,
                any -> {
                  if (!any) {
                    lane.execute(() -> visit(lane, name, EndIfUnused.INSTANCE));
                  }
                }));
  }

  /// A group that nobody needs any more ends.
  private enum EndIfUnused implements Queue.Visitor {
    INSTANCE;

    @Override
    public void enter(Queue queue) {
      queue.closeIfUnused();
    }

    @Override
    public void again() {}

    @Override
    public void refused(@Nullable String damage) {}

    @Override
    public void elsewhere() {
      // It ends there when nobody needs it.
    }
  }

  /// What is known of one queue.
  interface Description {
    /// @param row null if there is none that can be read
    /// @param damage why it cannot be read; null if it can, or there is none
    void is(@Nullable QueueRow row, int members, @Nullable String damage);
  }

  /// Says how a queue does. On `lane`, where the answer comes too.
  void describe(Lane lane, String name, Description answer) {
    long owner = branches.owner(name);
    if (owner != Branches.HERE) {
      branches.ask(lane, owner, name, false, said -> described(lane, name, said, answer));
      return;
    }
    if (!queues.containsKey(name)) {
      describeRow(lane, name, answer);
      return;
    }
    visit(
        lane,
        name,
        new Queue.Visitor() {
          @Override
          public void enter(Queue queue) {
            int members = queue.members();
            queue.describe(row -> lane.execute(() -> answer.is(row, members, null)));
          }

          @Override
          public void again() {
            lane.execute(() -> describe(lane, name, answer));
          }

          @Override
          public void refused(@Nullable String damage) {
            lane.execute(() -> answer.is(null, 0, damage));
          }

          @Override
          public void elsewhere() {
            lane.execute(() -> describeRow(lane, name, answer));
          }
        });
  }

  private void describeRow(Lane lane, String name, Description answer) {
    table.row(
        name,
        found -> {
          damaged(name, found.damage());
          lane.execute(() -> answer.is(found.row(), 0, found.damage()));
        });
  }

  /// The node that deals for it has answered, or is no more.
  private void described(Lane lane, String name, Word.@Nullable Answer said, Description answer) {
    byte[] row = said == null ? null : said.row();
    if (said == null || row == null) {
      describeRow(lane, name, answer);
    } else {
      answer.is(QueueFormat.decode(row), said.members(), null);
    }
  }

  /// Forgets a queue whose row cannot be read. On `lane`, where the answer comes too.
  void forgetDamaged(Lane lane, String name, Consumer<@Nullable EngineFailure> done) {
    table.keysBelow(
        name,
        below ->
            lane.execute(
                () -> {
                  QueueTable.forgetDamaged(lane.batch(), name, below);
                  lane.batch().afterwards(done);
                }));
    told.remove(name);
  }

  /// Who is told in words, once per queue, that it cannot be read. Any thread.
  void whenDamaged(Consumer<String> tell) {
    whenDamaged = tell;
  }

  // ---------------------------------------------------------------- for queues

  /// Says it in words, unless it was said before.
  void tellOnce(String words) {
    Consumer<String> tell = whenDamaged;
    if (tell != null && told.add(words)) {
      tell.accept(words);
    }
  }

  /// @param damage null if there is none
  void damaged(String name, @Nullable String damage) {
    Consumer<String> tell = whenDamaged;
    if (damage != null && tell != null && told.add(name)) {
      tell.accept(
          "what is kept of '"
              + name
              + "' cannot be read ("
              + damage
              + "), so nobody can consume it; "
              + (mustBeDeclared(name)
                  ? "delete it with: forebay queue delete " + name.substring(DECLARED.length())
                  : "it begins anew once no session subscribes to it"));
    }
  }

  /// Asks whether this node may deal for a queue. On `lane`, where the answer comes too.
  void claim(String name, Lane lane, Consumer<Boolean> answer) {
    if (alone) {
      answer.accept(true);
    } else {
      claims.takeIfFree(Claims.ofQueue(name), got -> lane.execute(() -> answer.accept(got)));
    }
  }

  /// This node deals for it no more.
  void release(String name) {
    claims.release(Claims.ofQueue(name));
  }

  void ended(String name, Queue queue) {
    queues.remove(name, queue);
  }

  void changed(Queue queue) {
    changed.add(queue);
  }

  // ---------------------------------------------------------------- for other nodes

  /// A node says something of a queue. On the lane of its name.
  void hear(long node, Word.ToQueue word) {
    String name = word.name();
    Queue there = queues.get(name);
    if (there != null) {
      there.visit(new Caller(node, word));
    } else if (word instanceof Word.Ask ask && !ask.delete()) {
      table.row(name, found -> branches.lane(name).execute(() -> answer(node, ask, found)));
    } else if (word instanceof Word.Join || word instanceof Word.Ask) {
      queue(branches.lane(name), name).visit(new Caller(node, word));
    }
  }

  private void answer(long node, Word.Ask ask, QueueTable.Found found) {
    byte[] row = found.row() == null ? null : QueueFormat.encode(found.row());
    branches.answer(node, ask, 0, row, found.damage());
  }

  /// A node that says something of a queue.
  private final class Caller implements Queue.Visitor {
    private final long node;
    private final Word.ToQueue word;

    Caller(long node, Word.ToQueue word) {
      this.node = node;
      this.word = word;
    }

    @Override
    public boolean goesOn() {
      return word instanceof Word.Join join && join.again();
    }

    @Override
    public void enter(Queue queue) {
      queue.abroad().hear(node, word);
    }

    @Override
    public void again() {
      hear(node, word);
    }

    @Override
    public void refused(@Nullable String damage) {
      if (word instanceof Word.Join join) {
        say(new Word.Refused(join.name(), join.seat(), join.number()));
      } else if (word instanceof Word.Ask ask) {
        branches.answer(node, ask, 0, null, damage);
      }
    }

    @Override
    public void elsewhere() {
      if (word instanceof Word.Join join) {
        say(new Word.Elsewhere(join.name(), join.attempt()));
      } else if (word instanceof Word.Ask ask) {
        branches.answer(node, ask, 0, null, ask.delete() ? MOVED : null);
      }
    }

    private void say(Word answer) {
      branches.say(branches.lane(word.name()), node, answer);
    }
  }

  /// A node died: what its members have goes to others.
  void gone(long node) {
    queues.values().forEach(each -> each.lane().execute(() -> each.abroad().gone(node)));
  }

  /// This node was taken for dead: others deal for all queues.
  void drop() {
    queues.values().forEach(each -> each.lane().execute(each::drop));
  }

  /// Runs with every [#tick].
  void everyTick(Runnable task) {
    everyTick = task;
  }

  /// About once a second: writes down how far queues are.
  void tick() {
    everyTick.run();
    backlogs.tick(name -> !alone && !queues.containsKey(name)).forEach(this::recount);
    for (Queue queue = changed.poll(); queue != null; queue = changed.poll()) {
      Queue each = queue;
      each.lane().execute(each::tick);
    }
  }

  /// How many are objects.
  int size() {
    return queues.size();
  }
}
