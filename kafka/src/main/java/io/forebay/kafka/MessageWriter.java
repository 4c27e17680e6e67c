package io.forebay.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.EngineFailure.Kind;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.kafka.mapping.OutgoingRecord;
import io.forebay.kafka.mapping.RecordMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Writes the messages of batches: each on its own, or together with the rows that belong to them.
/// On the outlet's thread.
final class MessageWriter {
  private final RecordMapping mapping;
  private final Topics topics;
  private final Post post;
  private final Transactions transactions;
  private final RowWriter rows;
  private final Outlet.Rules rules;
  private final Next next;

  /// What comes after a message. Any thread.
  interface Next {
    /// Kafka has the message, which is its topic's retained value now.
    void retained(Pending pending, int append, Stored stored);

    /// There is one record less to wait for.
    void oneLess(Pending pending);
  }

  MessageWriter(
      RecordMapping mapping,
      Topics topics,
      Post post,
      Transactions transactions,
      RowWriter rows,
      Outlet.Rules rules,
      Next next) {
    this.mapping = mapping;
    this.topics = topics;
    this.post = post;
    this.transactions = transactions;
    this.rows = rows;
    this.rules = rules;
    this.next = next;
  }

  void write(Pending pending) {
    List<Batch.Append> appends = pending.batch.appends();
    for (int i = 0; i < appends.size(); i++) {
      int append = i;
      ProducerRecord<byte[], byte[]> record = record(pending, append);
      if (record != null) {
        pending.add();
        post.send(record, (metadata, failure) -> answered(pending, append, metadata, failure));
      }
    }
  }

  /// Of batches that came together: all their messages, and the rows that belong to single ones, in
  /// one transaction. What went before is waited for, since two producers know no order.
  ///
  /// @param givenUp whether nobody waits for it any more
  /// @throws Transactions.Fenced if this node is to begin a new life
  void writeTogether(List<Pending> group, BooleanSupplier givenUp) throws Transactions.Fenced {
    post.flush();
    List<Transactions.Part> parts = new ArrayList<>();
    for (Pending pending : group) {
      for (int i = 0; i < pending.batch.appends().size(); i++) {
        Transactions.Part part = part(pending, i);
        if (part != null) {
          pending.add();
          parts.add(part);
        }
      }
    }
    transactions.commit(
        parts,
        givenUp,
        (part, metadata, failure) -> answered(part.pending(), part.append(), metadata, failure));
  }

  private Transactions.@Nullable Part part(Pending pending, int append) {
    Batch.Row row = pending.batch.appends().get(append).row();
    if (row != null && !rows.mayWrite(pending, row)) {
      pending.refuse(append, Failures.LOST);
      return null;
    }
    ProducerRecord<byte[], byte[]> record = record(pending, append);
    return record == null
        ? null
        : new Transactions.Part(
            pending,
            append,
            record,
            row == null ? null : ControlFormat.encode(new Control.Row(pending.writer, row)));
  }

  /// @return null if there is nothing to send
  private @Nullable ProducerRecord<byte[], byte[]> record(Pending pending, int append) {
    Batch.Append each = pending.batch.appends().get(append);
    Message message = each.message();
    if (!each.stored()) {
      keepHere(message);
      return null;
    }
    try {
      OutgoingRecord outgoing = mapping.toRecord(message);
      ProducerRecord<byte[], byte[]> record = topics.record(outgoing);
      if (record == null) {
        pending.refuse(append, noTopic(outgoing.topic(), message));
      }
      return record;
    } catch (IllegalArgumentException e) {
      pending.refuse(append, new EngineFailure(Kind.BROKEN, "no record for Kafka: " + e));
      return null;
    }
  }

  private static EngineFailure noTopic(String name, Message message) {
    return new EngineFailure(
        Kind.UNAVAILABLE, "Kafka has no topic " + name + " for messages on " + message.topic());
  }

  private void answered(
      Pending pending,
      int append,
      @Nullable RecordMetadata metadata,
      @Nullable EngineFailure failure) {
    Message message = pending.batch.appends().get(append).message();
    if (failure != null) {
      pending.refuse(append, failure);
      next.oneLess(pending);
    } else if (!message.retain() || metadata == null) {
      next.oneLess(pending);
    } else {
      int number = rules.number(new TopicPartition(metadata.topic(), metadata.partition()));
      next.retained(pending, append, new Stored(message, number, metadata.offset()));
    }
  }

  /// Tells Kafka of a topic's retained value.
  void retain(Pending pending, int append, Stored stored) {
    post.send(
        RetainedFormat.record(stored),
        (metadata, failure) -> {
          if (failure != null) {
            pending.refuse(append, failure);
          }
          next.oneLess(pending);
        });
  }

  /// Topics that begin with `$` are this node's alone.
  private void keepHere(Message message) {
    byte[] key = message.topic().getBytes(UTF_8);
    byte[] value =
        message.payload().length == 0 ? null : MessageFormat.encode(new Stored(message, -1, -1));
    rules.local(List.of(new Batch.Row(Tables.RETAINED, key, value)));
  }
}
