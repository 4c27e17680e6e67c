package io.forebay.kafka;

import io.forebay.core.log.Batch;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Writes the rows of batches to the control topic, as far as this node may. On the outlet's
/// thread.
final class RowWriter {
  private final Post post;
  private final Life life;
  private final Outlet.Rules rules;
  private final Consumer<Pending> finished;

  /// @param finished told on any thread when Kafka has answered for all rows of a batch
  RowWriter(Post post, Life life, Outlet.Rules rules, Consumer<Pending> finished) {
    this.post = post;
    this.life = life;
    this.rules = rules;
    this.finished = finished;
  }

  void write(Pending pending) {
    List<Batch.Row> here = new ArrayList<>(0);
    pending.again();
    for (Batch.Row row : pending.batch.rows()) {
      if (row.table().equals(Tables.RETAINED)) {
        here.add(row);
      } else if (!mayWrite(pending, row)) {
        pending.fail(Failures.LOST);
      } else {
        pending.add();
        post.send(
            ControlFormat.encode(new Control.Row(pending.writer, row)),
            (metadata, failure) -> written(pending, metadata, failure));
      }
    }
    if (!here.isEmpty()) {
      rules.local(here);
    }
    written(pending, null, null);
  }

  /// Whether a row of the batch can count: its writer lives, and holds the name.
  boolean mayWrite(Pending pending, Batch.Row row) {
    return pending.writer != 0
        && pending.writer == life.number()
        && (row.claim() == null || rules.holds(row.claim()));
  }

  private void written(
      Pending pending, @Nullable RecordMetadata metadata, @Nullable EngineFailure failure) {
    if (failure != null) {
      pending.fail(failure);
    } else if (metadata != null) {
      pending.wroteRow(metadata.offset());
    }
    if (pending.done()) {
      finished.accept(pending);
    }
  }
}
