package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Log;
import io.forebay.core.log.Replica;
import io.forebay.core.log.Table;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// The engine whose log is a Kafka cluster that many nodes share. A node has a copy of what it
/// reads there, and nothing else that matters: with an empty directory it is the same node.
///
/// What a message and a row go through is told in docs/decisions/0014-kafka-as-the-log.md. Threads:
/// one writes ([Outlet]), one follows ([Tail]), some read what is old ([FarReaders]), one looks
/// around.
public final class KafkaEngine implements Engine {
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Replica replica;
  private final Member member;

  private KafkaEngine(Replica replica, Member member) {
    this.replica = replica;
    this.member = member;
  }

  /// Where nodes keep their copies.
  public interface Copies {
    /// @param name of what it is a copy of: letters, digits, `-` and `_`
    /// @param anew whether what is there is to be forgotten
    Replica open(String name, boolean anew);
  }

  /// Begins, and returns when the node has read all that it has to know. Waits for Kafka as long as
  /// it takes, and logs why.
  ///
  /// @throws InterruptedException if the node is to end meanwhile
  public static KafkaEngine open(KafkaSettings settings, Copies copies)
      throws InterruptedException {
    Clients clients = new Clients(settings);
    Patience patience = new Patience(settings);
    Admin admin = clients.admin();
    Replica copy;
    try {
      String identity =
          patience.until(
              "Kafka cannot be reached",
              () -> {
                SystemTopics.ensure(admin, settings);
                return SystemTopics.identity(admin);
              });
      copy = open(copies, identity);
    } catch (InterruptedException | RuntimeException e) {
      admin.close();
      throw e;
    }
    return join(new Member(settings, clients, admin, patience, copy), copy);
  }

  private static Replica open(Copies copies, String identity) {
    Replica copy = copies.open(identity, false);
    if (!Tail.isStale(copy, System.currentTimeMillis())) {
      return copy;
    }
    copy.close();
    return copies.open(identity, true);
  }

  private static KafkaEngine join(Member member, Replica copy) throws InterruptedException {
    try {
      member.join();
      return new KafkaEngine(copy, member);
    } catch (InterruptedException | RuntimeException e) {
      member.abandon();
      copy.close();
      throw e;
    }
  }

  @Override
  public void start(CommitListener listener) {
    member.start(listener);
  }

  @Override
  public void submit(Batch batch) {
    member.outlet().submit(batch);
  }

  @Override
  public Log log() {
    return member.log();
  }

  @Override
  public Table table(String name) {
    return replica.table(name);
  }

  @Override
  public Claims claims() {
    return member.claims();
  }

  @Override
  public Exchange exchange() {
    return member.exchange();
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return member.trouble();
  }

  /// Records that were no messages, since the start. Any thread.
  public long skippedRecords() {
    return member.skipped().total();
  }

  /// Nodes that share the log and live, as far as this one knows. Any thread.
  public int nodes() {
    return member.nodes();
  }

  @Override
  public void tick(long nowMillis) {
    member.tick(nowMillis);
  }

  /// A node that is told to stop while it ends by itself closes twice.
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    member.close();
    replica.close();
  }
}
