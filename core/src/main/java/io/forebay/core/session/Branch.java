package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a node that shares its log has of a queue: the members among its sessions, and which node
/// deals. Speaks for the members there, and gives them what is leased to them. When the node that
/// deals is no more it looks for another, and says what its members have.
///
/// On one lane, that of the queue's name.
final class Branch implements Dealer {
  private static final long RETRY_NANOS = 1_000_000;

  private final Branches branches;
  private final String name;
  private final Lane lane;
  private final Map<Session, Seat> seats = new HashMap<>();
  private final Map<Integer, Seat> byNumber = new HashMap<>();
  private final Map<Integer, Arrivals> arrivals = new HashMap<>();
  private long owner = Branches.HERE;
  private int attempt;
  private boolean ended;

  /// A member.
  private static final class Seat implements Taker {
    private final int number;
    private final Local session;

    /// The latest that was asked for, and the latest that the queue took in.
    private Queue.@Nullable Member asked;

    private Queue.@Nullable Member member;

    private boolean persistent;
    private boolean paused;
    private int round;
    private final List<Asked> waiting = new ArrayList<>(1);

    /// What the session has.
    private final Map<Progress.Item, Queue.Lease> held = new LinkedHashMap<>();

    Seat(int number, Session session) {
      this.number = number;
      this.session = new Local(session);
    }

    @Override
    public int windowSize() {
      return session.windowSize();
    }

    @Override
    public void offer(Lane from, Queue.Lease lease) {
      session.offer(from, lease);
    }

    @Override
    public void offer(Lane from, Message message, int partition, long offset, Grant grant) {
      session.offer(from, message, partition, offset, grant);
    }
  }

  /// Somebody waits to be told that it is a member.
  private record Asked(Queue.Member member, Consumer<Queue.@Nullable Member> joined) {}

  Branch(Branches branches, String name, Lane lane) {
    this.branches = branches;
    this.name = name;
    this.lane = lane;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public String name() {
    return name;
  }

  private void say(Word word) {
    branches.say(lane, owner, word);
  }

  // ---------------------------------------------------------------- members

  /// As [Queues#join].
  ///
  /// @return false if it is no more
  boolean join(
      Session session,
      Grant grant,
      int number,
      boolean persistent,
      Consumer<Queue.@Nullable Member> joined) {
    if (ended) {
      return false;
    }
    boolean first = seats.isEmpty();
    Seat seat = seats.computeIfAbsent(session, key -> new Seat(branches.newSeat(), key));
    byNumber.put(seat.number, seat);
    Queue.Member member = new Queue.Member(this, seat, grant, number);
    Queue.Member former = seat.asked;
    if (former == null || former.number < number) {
      seat.asked = member;
      seat.persistent = persistent;
      seat.paused = false;
      seat.round = 0;
    }
    seat.waiting.add(new Asked(member, joined));
    if (first) {
      connect();
    } else {
      say(join(seat));
    }
    return true;
  }

  /// Looks for who deals.
  private void connect() {
    long former = owner;
    owner = branches.owner(name);
    if (attempt > 0 && owner != former && !branches.isGone(former)) {
      turnFrom(former);
    }
    attempt++;
    arrivals.values().forEach(Arrivals::close);
    arrivals.clear();
    for (Seat seat : byNumber.values()) {
      say(join(seat));
    }
  }

  /// A node that lives may take in our members, or have done so: what we heard of who deals may be
  /// older than what it heard. It would deal to them for ever, since they say goodbye elsewhere.
  private void turnFrom(long former) {
    for (Seat seat : byNumber.values()) {
      branches.say(lane, former, new Word.Leave(name, seat.number, seat.persistent, List.of()));
    }
  }

  private Word join(Seat seat) {
    Queue.Member asked = seat.asked;
    if (asked == null) {
      throw new IllegalStateException("a seat is somebody's");
    }
    return new Word.Join(
        name,
        seat.number,
        asked.number,
        attempt,
        asked.grant.qos().level(),
        seat.windowSize(),
        seat.persistent,
        seat.member != null,
        seat.paused,
        seat.round,
        seat.held.keySet().stream().map(Branch::place).toList());
  }

  private static Word.Place place(Progress.Item item) {
    return new Word.Place(item.partition, item.offset);
  }

  /// A node is no more.
  void gone(long node) {
    if (node == owner) {
      connect();
    }
  }

  /// To the others this node is another one from now on.
  void lost() {
    connect();
  }

  void hear(long node, Word.ToBranch word) {
    if (node != owner) {
      if (word instanceof Word.Leased leased) {
        // For one that left before we looked for another node.
        branches.returnUnsent(lane, node, leased);
      }
      return;
    }
    switch (word) {
      case Word.Joined joined -> answer(joined.seat(), joined.number(), true);
      case Word.Refused refused -> answer(refused.seat(), refused.number(), false);
      case Word.Leased leased -> leased(leased);
      case Word.Elsewhere elsewhere -> {
        if (elsewhere.attempt() == attempt) {
          attempt++;
          int now = attempt;
          lane.after(
              RETRY_NANOS,
              () -> {
                if (now == attempt) {
                  connect();
                }
              });
        }
      }
      case Word.Answer answer -> {}
    }
  }

  private void answer(int number, int member, boolean taken) {
    Seat seat = byNumber.get(number);
    if (seat == null) {
      return;
    }
    for (Asked each : List.copyOf(seat.waiting)) {
      if (each.member().number <= member) {
        seat.waiting.remove(each);
        if (taken) {
          seat.member = each.member();
        }
        Queue.Member told = taken ? each.member() : null;
        seat.session.session().lane().execute(() -> each.joined().accept(told));
      }
    }
    if (!taken && seat.waiting.isEmpty()) {
      remove(seat);
    }
  }

  private void remove(Seat seat) {
    seats.remove(seat.session.session(), seat);
    byNumber.remove(seat.number);
    if (seats.isEmpty()) {
      ended = true;
      branches.ended(name, this);
    }
  }

  @Override
  public void leave(
      Queue.Member member, List<Queue.Lease> returned, List<Queue.Lease> its, boolean comesBack) {
    Seat seat = (Seat) member.taker;
    Queue.Member asked = seat.asked;
    if (byNumber.get(seat.number) != seat || asked == null || asked.number > member.number) {
      giveBack(returned, its);
      return;
    }
    List<Word.Back> backs = new ArrayList<>();
    for (Queue.Lease lease : returned) {
      backs.add(back(lease, lease.sent ? Word.How.SENT : Word.How.UNSENT));
    }
    its.forEach(lease -> backs.add(back(lease, Word.How.ITS)));
    say(new Word.Leave(name, seat.number, comesBack, backs));
    remove(seat);
  }

  @Override
  public void departed() {}

  // ---------------------------------------------------------------- leases

  private void leased(Word.Leased leased) {
    Seat seat = byNumber.get(leased.seat());
    if (seat == null || seat.member == null) {
      branches.returnUnsent(lane, owner, leased);
      return;
    }
    Message message = leased.message();
    if (message != null) {
      give(leased, message);
      return;
    }
    arrivals
        .computeIfAbsent(
            leased.place().partition(),
            partition -> new Arrivals(partition, lane, branches.log(), this::arrived))
        .add(leased);
  }

  /// @param message null if retention removed it
  private void arrived(Word.Leased leased, @Nullable Message message) {
    if (message == null) {
      lane.counters().increment(Figure.GAP_MESSAGES);
      Word.Back back = new Word.Back(leased.place(), Word.How.ACKNOWLEDGED);
      say(new Word.Done(name, leased.seat(), back));
    } else {
      give(leased, Dealing.shown(message, leased.redeliveries()));
    }
  }

  private void give(Word.Leased leased, Message message) {
    Seat seat = byNumber.get(leased.seat());
    Queue.Member member = seat == null ? null : seat.member;
    if (seat == null || member == null) {
      branches.returnUnsent(lane, owner, leased);
      return;
    }
    Progress.Item item = leased.place().item();
    Queue.Lease lease =
        new Queue.Lease(member, item, message, leased.round(), leased.redeliveries());
    if (Qos.min(message.qos(), member.grant.qos()) != Qos.AT_MOST_ONCE) {
      seat.held.put(item, lease);
    }
    seat.offer(lane, lease);
  }

  private static Word.Back back(Queue.Lease lease, Word.How how) {
    if (how != Word.How.OWNED) {
      ((Seat) lease.member.taker).held.remove(lease.item, lease);
    }
    return new Word.Back(place(lease.item), how);
  }

  private void done(Queue.Lease lease, Word.How how) {
    say(new Word.Done(name, ((Seat) lease.member.taker).number, back(lease, how)));
  }

  @Override
  public void acknowledged(Queue.Lease lease) {
    done(lease, Word.How.ACKNOWLEDGED);
  }

  @Override
  public void owned(Queue.Lease lease) {
    done(lease, Word.How.OWNED);
  }

  @Override
  public void refused(Queue.Lease lease) {
    done(lease, Word.How.REFUSED);
  }

  @Override
  public void giveBack(List<Queue.Lease> returned, List<Queue.Lease> its) {
    returned.forEach(lease -> done(lease, lease.sent ? Word.How.SENT : Word.How.UNSENT));
    its.forEach(lease -> done(lease, Word.How.ITS));
  }

  @Override
  public void full(Queue.Lease lease) {
    Seat seat = (Seat) lease.member.taker;
    seat.paused |= lease.round == seat.round;
    done(lease, Word.How.FULL);
  }

  @Override
  public void resumed(Queue.Member member, int round) {
    Seat seat = (Seat) member.taker;
    if (seat.asked == member) {
      seat.paused = false;
      seat.round = round;
      say(new Word.Resumed(name, seat.number, round));
    }
  }
}
