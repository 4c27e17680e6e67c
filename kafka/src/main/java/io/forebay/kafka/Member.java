package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Log;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Stored;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node among those that share the log: joins them, follows what they agree on, says that it
/// lives, and looks whether the others do.
final class Member implements Tail.Reader, Outlet.Rules {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MILLIS = 2_000;
  private static final int LOOK_SECONDS = 5;
  private static final int RETRY_REFUSED_SECONDS = 30;

  private final KafkaSettings settings;
  private final Clients clients;
  private final Patience patience;
  private final Replica replica;
  private final Catalog catalog = new Catalog();
  private final Nodes nodes = new Nodes();
  private final Topics topics = new Topics();
  private final Skipped skipped = new Skipped();
  private final Teller teller = new Teller();
  private final Effects effects = new Effects();
  private final Life life;
  private final Tail tail;
  private final Outlet outlet;
  private final NodeClaims claims;
  private final NodeExchange exchange;
  private final KafkaLog log;
  private final FarReaders far;
  private final Admin admin;
  private final Discovery discovery;
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("forebay-kafka-chores").daemon().unstarted(task));
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("forebay-kafka-beat").daemon().unstarted(task));
  private final Thread follower =
      Thread.ofPlatform().name("forebay-kafka-in").daemon().unstarted(this::follow);

  private final Set<Long> judged = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean beatUnderWay = new AtomicBoolean();
  private volatile boolean leaving;
  private volatile boolean closing;
  private volatile long tickMillis;

  /// @param admin closed with this
  Member(KafkaSettings settings, Clients clients, Admin admin, Patience patience, Replica replica) {
    this.settings = settings;
    this.clients = clients;
    this.admin = admin;
    this.patience = patience;
    this.replica = replica;
    life = new Life(settings.nodeTimeout());
    tail = new Tail(settings, clients, replica, catalog, skipped, effects, this);
    outlet = new Outlet(settings, clients, topics, life, this, teller);
    claims = new NodeClaims(nodes, life, effects, outlet);
    exchange = new NodeExchange(nodes, life, effects, outlet);
    far = new FarReaders(settings, clients);
    log = new KafkaLog(replica.log(), catalog, far);
    discovery = new Discovery(settings, catalog, topics, admin);
  }

  Outlet outlet() {
    return outlet;
  }

  Log log() {
    return log;
  }

  Claims claims() {
    return claims;
  }

  Exchange exchange() {
    return exchange;
  }

  Skipped skipped() {
    return skipped;
  }

  int nodes() {
    return nodes.living().size();
  }

  @Nullable EngineFailure trouble() {
    EngineFailure here = tail.trouble();
    return here != null ? here : outlet.trouble();
  }

  // ---------------------------------------------------------------- joining

  /// Reads all there is to know and becomes one of the nodes. Blocks.
  void join() throws InterruptedException {
    patiently("Kafka cannot be read", tail::begin);
    patiently(
        "what nodes agree on cannot be read",
        () ->
            tail.readToEnd(
                List.of(Tail.CONTROL, Tail.RETAINED),
                left -> patience.tellOfWork("what nodes agree on", left)));
    patiently("Kafka does not allow transactions yet", outlet::beginTransactions);
    patiently("the streams cannot be looked for", this::enterMissing);
    patiently("Kafka does not take this node's greeting", this::greet);
    long beatMillis = settings.nodeTimeout().toMillis() / Life.BEATS;
    beats.scheduleAtFixedRate(this::beat, 0, beatMillis, TimeUnit.MILLISECONDS);
    patiently(
        "the streams cannot be read",
        () -> tail.readToEnd(tail.streams(), left -> patience.tellOfWork("the streams", left)));
    patiently("the streams' beginnings are not known", this::lookForBeginnings);
    tail.recovered();
  }

  private interface Step {
    void go() throws ExecutionException, InterruptedException;
  }

  private void patiently(String trouble, Step step) throws InterruptedException {
    patience.until(
        trouble,
        () -> {
          step.go();
          return true;
        });
  }

  private void enterMissing() throws ExecutionException, InterruptedException {
    enter(discovery.look().missing());
    tail.readToEnd(List.of(Tail.CONTROL), left -> {});
  }

  private void enter(List<Control.Entered> missing) {
    missing.forEach(each -> outlet.sendNow(ControlFormat.encode(each), failure -> {}));
    outlet.flush();
  }

  /// Gets a number.
  private void greet() {
    Uuid fresh = life.anew();
    if (fresh == null) {
      // The one before came late.
      return;
    }
    outlet.sendNow(ControlFormat.encode(new Control.Hello(fresh, settings.node())), failure -> {});
    outlet.flush();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Clients.CALL_MILLIS);
    while (life.number() == 0 && System.nanoTime() - end < 0) {
      tail.read(POLL, stored -> {});
    }
    if (life.number() == 0) {
      throw new KafkaException("it was not read back within " + Clients.CALL_MILLIS + " ms");
    }
  }

  private void lookForBeginnings() throws ExecutionException, InterruptedException {
    discovery.begins(tail.streams(), log);
  }

  // ---------------------------------------------------------------- life

  void start(CommitListener listener) {
    teller.start(listener);
    life.began(life.number());
    outlet.start();
    follower.start();
    chores.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(this::lookForAsked, 1, 1, TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(
        tail::retry, RETRY_REFUSED_SECONDS, RETRY_REFUSED_SECONDS, TimeUnit.SECONDS);
  }

  private void beat() {
    long number = life.number();
    // Beats that gather while Kafka is away would come all at once, and others would seem silent.
    if (number != 0 && beatUnderWay.compareAndSet(false, true)) {
      try {
        outlet.sendNow(
            WordsFormat.beat(number, System.nanoTime()), failure -> beatUnderWay.set(false));
      } catch (RuntimeException e) {
        // Thrown on, it would end the beats.
        beatUnderWay.set(false);
        LOG.warn("this node could not say that it lives", e);
      }
    }
  }

  private void follow() {
    while (!closing) {
      try {
        tail.read(POLL, this::tell);
        tickIfDue();
        outlet.wake();
      } catch (WakeupException e) {
        LOG.debug("woken up");
      } catch (KafkaException e) {
        LOG.warn("Kafka cannot be read just now: {}", Failures.words(e));
        pause();
      } catch (RuntimeException e) {
        LOG.error("what was read from Kafka could not be used; it is read again", e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(List<Stored> messages) {
    teller.committed(messages);
    Tail.waitWhile(teller::congested);
  }

  /// About once a second.
  void tick(long nowMillis) {
    tickMillis = nowMillis;
  }

  private void tickIfDue() {
    long now = tickMillis;
    if (now != 0) {
      tickMillis = 0;
      tail.tick(now);
    }
  }

  private void look() {
    try {
      Discovery.Found found = discovery.look();
      if (!found.missing().isEmpty() && !closing) {
        enter(found.missing());
      }
      log.gone(found.gone());
      if (!found.gone().isEmpty()) {
        tail.gone(found.gone());
      }
      discovery.begins(Set.copyOf(current(found.gone())), log);
    } catch (ExecutionException | KafkaException e) {
      LOG.debug("Kafka's topics could not be looked at", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("looking for topics failed", e);
    }
  }

  private List<TopicPartition> current(Set<String> gone) {
    return catalog.all().stream()
        .map(Catalog.Entry::partition)
        .filter(each -> !gone.contains(each.topic()))
        .distinct()
        .toList();
  }

  private void lookForAsked() {
    if (!topics.takeAsked().isEmpty()) {
      look();
    }
  }

  // ---------------------------------------------------------------- what nodes agree on

  @Override
  public boolean control(Control control, long offset) {
    switch (control) {
      case Control.Row row -> {
        return counts(row);
      }
      case Control.Take take -> claims.apply(take);
      case Control.Release release -> claims.apply(release);
      case Control.Hello hello -> hello(hello, offset + 1);
      case Control.Verdict verdict -> died(verdict.node());
      case Control.Entered entered -> {}
    }
    return false;
  }

  /// A row of a node that is dead came too late: others act for it since.
  private boolean counts(Control.Row control) {
    if (!nodes.isDead(control.writer())) {
      return true;
    }
    Batch.Row row = control.row();
    LOG.warn(
        "a row of table {} came too late from a node that is taken for dead; it does not count",
        row.table());
    String claim = row.claim();
    if (claim != null && claims.leads()) {
      effects.add(() -> writeAgain(claim, row));
    }
    return false;
  }

  /// Kafka keeps of each row what came last, which must not be what does not count: what does is
  /// written again. If somebody holds the claim, that one writes the row sooner or later.
  private void writeAgain(String claim, Batch.Row row) {
    claims.takeIfFree(
        claim,
        taken -> {
          if (taken) {
            replica
                .table(row.table())
                .get(
                    row.key(),
                    value -> {
                      Batch.Row again = new Batch.Row(row.table(), row.key(), value, claim);
                      outlet.submit(new Control.Row(life.number(), again), failure -> {});
                      claims.release(claim);
                    });
          }
        });
  }

  private void hello(Control.Hello hello, long number) {
    Long former = nodes.hello(hello, number);
    if (hello.life().equals(life.life())) {
      life.began(number);
      claims.began(number);
    } else {
      LOG.info("node {} is there, as number {}", hello.name(), number);
    }
    if (former != null && former == life.number()) {
      LOG.error(
          "another process is node {} now: this one does nothing any more. Give every node a name"
              + " of its own (node.name)",
          settings.node());
      life.replaced();
      lost();
    }
    if (former != null) {
      died(former);
    }
  }

  private void died(long number) {
    if (!nodes.die(number)) {
      return;
    }
    if (number != life.number()) {
      LOG.info("node {} (number {}) is gone", nodes.name(number), number);
    }
    judged.remove(number);
    if (number == life.number()) {
      if (!leaving) {
        LOG.warn("this node was taken for dead by the others, and begins anew");
      }
      life.lost();
      lost();
    }
    claims.died(number);
    exchange.gone(number);
  }

  private void lost() {
    effects.add(outlet::lost);
    claims.lost();
  }

  // ---------------------------------------------------------------- what nodes say

  @Override
  public void words(WordsFormat.Words words) {
    long self = life.number();
    if (words.beat() && words.from() == self) {
      life.heardItself(words.sentNanos());
      judge(self);
    } else if (words.beat()) {
      nodes.heard(words.from());
    } else if (words.to() == self) {
      exchange.heard(words);
    }
  }

  private void judge(long self) {
    Set<Long> silent = nodes.beat(self, Life.BEATS);
    boolean mine =
        nodes.living().stream()
            .filter(each -> !silent.contains(each))
            .sorted()
            .findFirst()
            .filter(each -> each == self)
            .isPresent();
    if (mine && !closing) {
      for (long each : silent) {
        String name = nodes.name(each);
        if (name != null && judged.add(each)) {
          chores.execute(() -> declareDead(each, name));
        }
      }
    }
  }

  /// First it is kept from committing anything any more, then all are told.
  private void declareDead(long number, String name) {
    LOG.warn("node {} (number {}) was silent for too long and is taken for dead", name, number);
    try (Producer<byte[], byte[]> fence = clients.transactions(name, "end-of-" + name)) {
      fence.initTransactions();
      outlet.sendNow(
          ControlFormat.encode(new Control.Verdict(number)),
          failure -> {
            if (failure != null) {
              judged.remove(number);
            }
          });
    } catch (KafkaException e) {
      judged.remove(number);
      LOG.warn("it cannot be told yet: {}", Failures.words(e));
    }
  }

  // ---------------------------------------------------------------- rules of the outlet

  @Override
  public boolean holds(String name) {
    return claims.holds(name);
  }

  @Override
  public int number(TopicPartition partition) {
    Catalog.Entry entry = catalog.of(partition);
    return entry == null ? -1 : entry.number();
  }

  @Override
  public long controlHead() {
    return tail.controlHead();
  }

  @Override
  public void local(List<Batch.Row> rows) {
    tail.keep(rows);
  }

  /// What it has begun nobody knows the end of; under a new number it may not matter.
  @Override
  public void fenced() {
    long number = life.number();
    if (number != 0) {
      outlet.sendNow(ControlFormat.encode(new Control.Verdict(number)), failure -> {});
    }
  }

  // ---------------------------------------------------------------- end

  /// Writes what was submitted, says farewell and lets go of everything.
  void close() {
    outlet.close(this::farewell);
    closing = true;
    beats.shutdownNow();
    chores.shutdownNow();
    tail.wakeUp();
    try {
      follower.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abandon();
  }

  private void farewell() {
    long number = life.number();
    leaving = true;
    if (number != 0) {
      outlet.sendNow(ControlFormat.encode(new Control.Verdict(number)), failure -> {});
      outlet.flush();
    }
  }

  /// Lets go of what was opened before it began.
  void abandon() {
    closing = true;
    beats.shutdownNow();
    chores.shutdownNow();
    far.close();
    outlet.abandon();
    tail.close();
    admin.close(Duration.ofMillis(Clients.CALL_MILLIS));
  }
}
