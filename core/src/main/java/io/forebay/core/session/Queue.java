package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Subscriber;
import io.forebay.core.routing.Subscription;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A named cursor over filters with competing consumers: a `$share` group or a declared queue,
/// while members are connected. Without, it is a row of the table `queues` and no object.
///
/// It is a subscriber like a session is, live or catching up, on a lane of its own choice (that of
/// its first member). What it takes it leases to one member ([Dealing]). Between the lanes only
/// leases travel, those of one turn together.
///
/// **What is kept.** A row says how far it is and what it has looked at that nobody acknowledged.
/// It is written behind, about once a second, and when the last member goes: after a crash some
/// messages are dealt again. A group of which no session outlives its connection has no row. A
/// message that a session took over, or that was given up, has a row of its own in the very commit
/// in which that happened; the next writing of the queue's row makes that one superfluous.
///
/// **Life.** Loading, open, closing, gone; what comes while it is loading or closing waits. It is
/// in the map of [Queues] until its row is kept, so who finds no queue finds the newest row.
final class Queue extends Subscriber implements CatchUp.Sink, Dealer {
  /// Leases one member may hold, at most.
  static final int MAXIMUM_LEASES = 256;

  /// A message in a member's hands.
  static final class Lease {
    final Member member;
    final Progress.Item item;
    private final @Nullable Message message;
    final int partition;
    final long offset;

    /// The member's, when it was made.
    final int round;

    /// How often it was dealt before, as the member is told.
    final int redeliveries;

    /// The queue's lane: nobody has acknowledged it or given it back.
    boolean open;

    /// The member's lane: it went out to the client.
    boolean sent;

    /// @param message as the member gets it; null if it has it
    Lease(
        Member member, Progress.Item item, @Nullable Message message, int round, int redeliveries) {
      this.member = member;
      this.item = item;
      this.message = message;
      this.partition = item.partition;
      this.offset = item.offset;
      this.round = round;
      this.redeliveries = redeliveries;
    }

    /// The member got it from another node that dealt before.
    boolean adopted() {
      return message == null;
    }

    Message message() {
      if (message == null) {
        throw new IllegalStateException("the member has it");
      }
      return message;
    }
  }

  /// A connected session that consumes from this queue. What is not final is the queue's.
  static final class Member {
    final Dealer queue;
    final Taker taker;
    final Grant grant;
    final int maximumLeases;

    /// Grows with every membership of the session: a later one takes the place of an earlier one,
    /// whichever gets through first.
    final int number;

    int leases;

    /// Its window is full.
    boolean paused;

    /// Grows each time its window was full: leases of an earlier round go back, since others that
    /// were made before them have.
    int round;

    boolean gone;

    /// What waits for it because of its key.
    final TreeSet<Progress.Item> parked = new TreeSet<>();

    // Of the list in which it hangs; -1 for none.
    int listedAt = -1;
    @Nullable Member before;
    @Nullable Member after;

    Member(Dealer queue, Taker taker, Grant grant, int number) {
      this.queue = queue;
      this.taker = taker;
      this.grant = grant;
      this.number = number;
      this.maximumLeases = Math.min(MAXIMUM_LEASES, taker.windowSize());
    }
  }

  /// Who wants something of an open queue.
  interface Visitor {
    /// It is open.
    void enter(Queue queue);

    /// It is no more: look for another of the same name.
    void again();

    /// There is none to enter.
    ///
    /// @param damage why what is kept of it cannot be read; null if no such queue is declared
    void refused(@Nullable String damage);

    /// Another node deals for it.
    void elsewhere();

    /// Whether it comes for members that the queue had before, so that it goes on where it was.
    default boolean goesOn() {
      return false;
    }
  }

  private enum State {
    /// Nobody has come yet.
    NEW,
    LOADING,
    OPEN,
    /// Open, but nobody joins until the first row is written.
    KEEPING,
    CLOSING,
    GONE
  }

  private final Queues queues;
  private final String name;
  private final Lane lane;
  private final CatchUp catchUp;
  private final Abroad abroad;
  private final List<Visitor> waiting = new ArrayList<>();
  private State state = State.NEW;

  private QueueSettings settings;
  private boolean declared;
  private FilterSet filters;
  private List<Subscription> subscriptions = List.of();
  private Dealing dealing;

  /// Members that left whose session stays, and whose own row may not be written yet.
  private int departing;

  /// A member of another node left whose session stays: its row may not have come here.
  private boolean waitsForSomebody;

  /// Those that waited for it to open are let in: nothing is dealt before they all are.
  private boolean opening;

  /// There is a row, of whatever time.
  private boolean hasRow;

  /// The row counts: it is brought up to date when something changed.
  private boolean kept;

  private boolean changed;
  private Consumer<@Nullable EngineFailure> whenGone = failure -> {};

  /// Rows that say of one message that it is done.
  private List<byte[]> owned = new ArrayList<>();

  /// Of those, what is still to be looked at.
  private final Set<Progress.Item> done = new HashSet<>();

  Queue(Queues queues, String name, Lane lane) {
    this.queues = queues;
    this.name = name;
    this.lane = lane;
    this.catchUp = new CatchUp(lane, queues.log(), this);
    this.abroad = new Abroad(this, queues, lane);
    this.settings = QueueSettings.shared(TopicFilter.parse(name, Integer.MAX_VALUE).text());
    this.filters = new FilterSet(settings.filters());
    this.dealing = newDealing();
  }

  private Dealing newDealing() {
    return new Dealing(this, settings, lane, queues.log(), queues.clock());
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String clientId() {
    return name;
  }

  Dealing dealing() {
    return dealing;
  }

  /// Its members on other nodes, and on this one if there are others.
  Abroad abroad() {
    return abroad;
  }

  boolean declared() {
    return declared;
  }

  int members() {
    return dealing.crew().size();
  }

  // ---------------------------------------------------------------- begin and end

  /// Begins, if this node may deal for it.
  private void claim() {
    queues.claim(name, lane, this::claimed);
  }

  private void claimed(boolean got) {
    if (state != State.LOADING) {
      if (got) {
        // It was dropped while it asked under the node's new number.
        queues.release(name);
      }
      return;
    }
    if (got) {
      load();
    } else {
      state = State.GONE;
      queues.ended(name, this);
      takeWaiting().forEach(Visitor::elsewhere);
    }
  }

  /// With its row, if there is one.
  private void load() {
    boolean goesOn = waiting.stream().anyMatch(Visitor::goesOn);
    queues.table().load(name, goesOn, found -> lane.execute(() -> loaded(found, goesOn)));
  }

  private void loaded(QueueTable.Kept found, boolean goesOn) {
    if (state != State.LOADING) {
      return;
    }
    if (!goesOn && found.present() && waiting.stream().anyMatch(Visitor::goesOn)) {
      load();
      return;
    }
    hasRow = found.present();
    QueueRow row = found.row();
    String damage = found.damage();
    if (damage != null || (row == null && queues.mustBeDeclared(name))) {
      state = State.GONE;
      queues.release(name);
      queues.ended(name, this);
      queues.damaged(name, damage);
      takeWaiting().forEach(each -> each.refused(damage));
      return;
    }
    state = State.OPEN;
    owned = new ArrayList<>(found.owned());
    if (row == null) {
      begin();
    } else {
      restore(row);
    }
    opening = true;
    takeWaiting().forEach(this::visit);
    opening = false;
    goOn();
  }

  private void begin() {
    Subscription subscription = subscription(settings.filters().getFirst());
    subscriptions = List.of(subscription);
    queues.router().begin(lane, subscription);
  }

  private void restore(QueueRow row) {
    kept = true;
    declared = row.declared();
    settings = row.settings();
    filters = new FilterSet(settings.filters());
    dealing = newDealing();
    owned.stream().filter(key -> !row.covers(key)).map(QueueFormat::owned).forEach(done::add);
    dealing.restore(row.without(owned));
    if (declared && !queues.alone()) {
      // What another node has settled was not told here.
      queues.backlogs().restore(name, row.without(owned), done.size());
    }
    // A partition that came meanwhile is all new to it.
    int partitions = Math.max(row.cursors().length, queues.log().partitions());
    for (int i = 0; i < partitions; i++) {
      catchUp.restore(i, i < row.cursors().length ? row.cursors()[i] : 0);
    }
    subscriptions = settings.filters().stream().map(this::subscription).toList();
    subscriptions.forEach(each -> queues.router().add(lane, each));
  }

  private Subscription subscription(String filter) {
    return new Subscription(this, filter, Grant.of(Qos.EXACTLY_ONCE, false, true, 0), new long[0]);
  }

  private List<Visitor> takeWaiting() {
    List<Visitor> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /// Lets somebody in when it is open.
  void visit(Visitor visitor) {
    switch (state) {
      case NEW -> {
        state = State.LOADING;
        waiting.add(visitor);
        claim();
      }
      case LOADING, KEEPING, CLOSING -> waiting.add(visitor);
      case OPEN -> visitor.enter(this);
      case GONE -> visitor.again();
    }
  }

  private boolean isOpen() {
    return state == State.OPEN || state == State.KEEPING;
  }

  /// Ends it if nobody needs it as an object.
  void closeIfUnused() {
    if (state == State.OPEN && dealing.crew().isEmpty() && departing == 0 && dealing.idle()) {
      close(false);
    }
  }

  /// @param forgotten nothing of it is to be kept
  private void close(boolean forgotten) {
    state = State.CLOSING;
    catchUp.close();
    long[] routed = queues.router().routed();
    lane.afterHandOvers(
        () -> {
          subscriptions.forEach(each -> queues.router().remove(lane, each));
          if (forgotten) {
            queues.table().keysBelow(name, keys -> lane.execute(() -> closeForgotten(keys)));
          } else if (!hasRow) {
            end(null);
          } else if (declared || waitsForSomebody) {
            closeKept(routed);
          } else {
            queues
                .table()
                .anyMember(
                    name,
                    any ->
                        lane.execute(
                            () -> {
                              if (any) {
                                closeKept(routed);
                              } else {
                                closeForgotten(owned);
                              }
                            }));
          }
        });
  }

  private void closeKept(long[] routed) {
    write(routed);
    lane.batch().afterwards(this::end);
  }

  private void closeForgotten(List<byte[]> below) {
    Batch batch = lane.batch();
    QueueTable.forget(batch, name, below);
    batch.afterwards(this::end);
  }

  private void end(@Nullable EngineFailure failure) {
    if (state == State.GONE) {
      return;
    }
    state = State.GONE;
    queues.release(name);
    queues.ended(name, this);
    whenGone.accept(failure);
    takeWaiting().forEach(Visitor::again);
  }

  /// Another node deals for it since this one was taken for dead. Nothing is kept of what was done
  /// here.
  void drop() {
    if (state != State.GONE && state != State.CLOSING) {
      state = State.GONE;
      catchUp.close();
      lane.afterHandOvers(() -> subscriptions.forEach(each -> queues.router().remove(lane, each)));
      queues.ended(name, this);
      abroad.elsewhere();
      takeWaiting().forEach(Visitor::again);
    }
  }

  /// It is deleted: whoever is a member gets nothing any more.
  ///
  /// @param deleted runs when that is kept; with a failure if it is not
  void delete(Consumer<@Nullable EngineFailure> deleted) {
    whenGone = deleted;
    close(true);
  }

  // ---------------------------------------------------------------- members

  /// @param persistent the member's session outlives its connection
  /// @param joined runs when the queue is kept, if that is so
  void join(Member member, boolean persistent, Runnable joined) {
    if ((persistent || !queues.alone()) && !kept) {
      kept = true;
      state = State.KEEPING;
      write(
          failure -> {
            if (state != State.KEEPING) {
              return;
            }
            state = State.OPEN;
            admit(member, joined);
            takeWaiting().forEach(this::visit);
          });
    } else {
      admit(member, joined);
    }
  }

  private void admit(Member member, Runnable joined) {
    Member former = dealing.crew().add(member);
    if (former != null) {
      former.gone = true;
      dealing.unparkElsewhere(former);
    }
    joined.run();
    goOn();
  }

  /// A member of another node left, and its session stays.
  void waitForSomebody() {
    waitsForSomebody = true;
  }

  @Override
  public void leave(Member member, List<Lease> returned, List<Lease> its, boolean comesBack) {
    Member gone = dealing.crew().remove(member);
    if (gone != null) {
      gone.gone = true;
      dealing.unparkElsewhere(gone);
    }
    if (comesBack) {
      departing++;
    }
    giveBack(returned, its);
  }

  @Override
  public void departed() {
    departing--;
    closeIfUnused();
  }

  // ---------------------------------------------------------------- leases

  @Override
  public void acknowledged(Lease lease) {
    if (isOpen()) {
      dealing.acknowledged(lease);
      goOn();
    }
  }

  @Override
  public void owned(Lease lease) {
    settledByRow(lease.item);
  }

  /// A row says that this message is done.
  void settledByRow(Progress.Item item) {
    dealing.settle(item);
    owned.add(QueueFormat.ownedKey(name, item.partition, item.offset));
    hasRow = true;
  }

  /// The client refused it. In a group that is the end of it (MQTT 5 §4.8.2); a declared queue has
  /// a maximum of failures, and a place for what exceeds it.
  @Override
  public void refused(Lease lease) {
    if (!isOpen()) {
      return;
    }
    if (declared) {
      dealing.back(lease, true);
    } else {
      dealing.acknowledged(lease);
    }
    goOn();
  }

  @Override
  public void giveBack(List<Lease> returned, List<Lease> its) {
    if (!isOpen()) {
      return;
    }
    its.forEach(dealing::acknowledged);
    returned.forEach(lease -> dealing.back(lease, lease.sent));
    goOn();
  }

  @Override
  public void full(Lease lease) {
    if (!isOpen()) {
      return;
    }
    if (lease.round == lease.member.round) {
      dealing.crew().pause(lease.member, true);
    }
    dealing.back(lease, false);
    goOn();
  }

  @Override
  public void resumed(Member member, int round) {
    if (isOpen()) {
      member.round = round;
      dealing.resumed(member);
      goOn();
    }
  }

  /// Another member is done with a message than the one that has it, if one has: it got it from
  /// another node that dealt before.
  void doneElsewhere(Progress.Item place) {
    if (!isOpen()) {
      return;
    }
    Progress.Item item = dealing.withdraw(place);
    if (!hasPassed(place)) {
      done.add(place);
    } else if (item != null) {
      dealing.settle(item);
    }
    // There may be a row that says so.
    owned.add(QueueFormat.ownedKey(name, place.partition, place.offset));
    changed();
  }

  /// A row may say that a message is done since it is a session's own. Its session is there, and
  /// says what becomes of it.
  ///
  /// @return whether there is such a row
  boolean disown(Progress.Item place) {
    byte[] key = QueueFormat.ownedKey(name, place.partition, place.offset);
    done.remove(place);
    return owned.removeIf(each -> Arrays.equals(each, key));
  }

  /// Whether it was looked at.
  boolean hasPassed(Progress.Item place) {
    return catchUp.hasPassed(place.partition, place.offset);
  }

  /// Something may be dealt out.
  void goOn() {
    if (isOpen() && !opening) {
      dealing.deal();
      catchUp.pump();
      closeIfUnused();
    }
  }

  // ---------------------------------------------------------------- dealing out

  @Override
  public void offer(Message message, int partition, long offset, Grant grant) {
    if (offset >= 0 && message.qos() != Qos.AT_MOST_ONCE) {
      catchUp.offer(message, partition, offset, grant);
      return;
    }
    if (declared) {
      // What is in no log is in no queue.
      return;
    }
    Member member = dealing.crew().next();
    if (member == null) {
      lane.counters().increment(Figure.PUBLISH_DROPPED);
      return;
    }
    dealing.crew().load(member, 0);
    member.taker.offer(lane, message, partition, offset, member.grant);
  }

  @Override
  public int room() {
    return isOpen() ? dealing.room() : 0;
  }

  /// Unknown: a group's members come and go, so publishers do not wait for it.
  @Override
  public int pace() {
    return 0;
  }

  @Override
  public FilterSet filters() {
    return filters;
  }

  @Override
  public @Nullable Grant decide(Stored stored) {
    // Those of a declared queue all count from the same offset: its cursor.
    Subscription any = subscriptions.getFirst();
    return any.counts(stored.message(), stored.partition(), stored.offset())
            && stored.message().qos() != Qos.AT_MOST_ONCE
        ? any.grant()
        : null;
  }

  @Override
  public void take(Message message, int partition, long offset, Grant grant) {
    Progress.Item item = new Progress.Item(partition, offset, message, 0);
    if ((done.isEmpty() || !done.remove(item)) && !abroad.holds(item, message)) {
      dealing.take(item, message);
    }
  }

  @Override
  public void gap(long lost) {
    lane.counters().add(Figure.GAP_MESSAGES, lost);
  }

  @Override
  public void fellBehind() {
    lane.counters().increment(Figure.CATCH_UPS);
  }

  // ---------------------------------------------------------------- what is kept

  /// One of its messages waits no more.
  void settled() {
    if (declared) {
      queues.backlogs().settled(name);
    }
  }

  /// What is to be kept has changed.
  void changed() {
    if (kept && !changed && isOpen()) {
      changed = true;
      queues.changed(this);
    }
  }

  /// About once a second, if something has changed.
  void tick() {
    if (isOpen()) {
      dealing.tick();
      goOn();
      write(failure -> {});
    }
  }

  /// Gives what would be kept now.
  void describe(Consumer<QueueRow> answer) {
    long[] routed = queues.router().routed();
    lane.afterHandOvers(() -> answer.accept(row(routed)));
  }

  private void write(Consumer<@Nullable Object> written) {
    long[] routed = queues.router().routed();
    lane.afterHandOvers(
        () -> {
          if (isOpen()) {
            write(routed);
          }
          lane.batch().afterwards(written::accept);
        });
  }

  private void write(long[] routed) {
    QueueRow row = row(routed);
    Batch batch = lane.batch();
    batch.row(QueueTable.row(name, row));
    hasRow = true;
    changed = false;
    List<byte[]> superfluous = new ArrayList<>();
    List<byte[]> needed = new ArrayList<>();
    for (byte[] key : owned) {
      (row.covers(key) ? superfluous : needed).add(key);
    }
    owned = needed;
    superfluous.forEach(key -> batch.row(QueueTable.removed(name, key)));
    batch.afterwards(
        failure -> {
          if (failure != null) {
            owned.addAll(superfluous);
            changed();
          }
        });
  }

  private QueueRow row(long[] routed) {
    long[] cursors = catchUp.settle(routed);
    for (int i = 0; i < cursors.length; i++) {
      // What is routed may lag behind the moment at which the group began.
      cursors[i] = Math.max(cursors[i], subscriptions.getFirst().start(i));
    }
    return new QueueRow(
        settings,
        declared,
        cursors,
        dealing.progress().list(),
        dealing.redelivered(),
        dealing.deadLettered());
  }
}
