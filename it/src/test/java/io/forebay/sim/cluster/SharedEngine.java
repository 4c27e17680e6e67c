package io.forebay.sim.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Exchange;
import io.forebay.core.log.Log;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.sim.Pending;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A node's engine on a [SharedLog]. What it promises and no more is what an engine that shares its
/// log with other nodes has to promise:
///
/// - Batches, claims and releases of a node are written in the order in which they were submitted.
///   Of a batch, first the messages, then the rows. Words have an order of their own.
/// - A batch is settled when its messages are written and this node itself has read its rows; those
///   of a lane in order. Messages may be settled before this node has read them, or after.
/// - A row with a claim is kept if its writer holds the claim at that place of the log. If one is
///   not, the batch fails; its messages and other rows are kept all the same.
/// - A message with a row of its own is written with it in one go, unless the writer was taken for
///   dead before, or knows that it does not hold the row's claim: then nothing of the batch's
///   messages is.
/// - Messages, rows and words are read at paces of their own. A node that was told of a row or of
///   words need not have read the message that they speak of.
final class SharedEngine implements Engine {
  private final SharedLog shared;
  private final Pending pending;
  private final RandomGenerator dice;
  private final Executor out;
  private final Executor telling;
  private final Copy copy;
  private final SharedClaims claims;
  private final SharedExchange exchange;
  private final Map<String, CopiedTable> tables = new HashMap<>();
  private @Nullable CommitListener listener;
  private int read;

  /// Per lane, what is not settled.
  private final Map<Integer, ArrayDeque<Submitted>> unsettled = new HashMap<>();

  private static final class Submitted {
    final Batch batch;
    final long writer;
    boolean done;
    @Nullable EngineFailure failure;

    Submitted(Batch batch, long writer) {
      this.batch = batch;
      this.writer = writer;
    }
  }

  SharedEngine(SharedLog shared, Pending pending, RandomGenerator dice) {
    this.shared = shared;
    this.pending = pending;
    this.dice = dice;
    this.out = pending.newQueue();
    this.telling = pending.newQueue();
    this.copy = new Copy(shared, pending, dice);
    this.claims = new SharedClaims(shared, out);
    this.exchange = new SharedExchange(shared, claims, pending.newQueue());
  }

  /// Reads what was there before the node began; nobody is told.
  void catchUp() {
    while (!isAtEnd()) {
      readOne();
    }
  }

  @Override
  public void start(CommitListener told) {
    listener = told;
  }

  private CommitListener listener() {
    if (listener == null) {
      throw new IllegalStateException("not started");
    }
    return listener;
  }

  // ---------------------------------------------------------------- written

  @Override
  public void submit(Batch batch) {
    Submitted submitted = new Submitted(batch, claims.self());
    unsettled.computeIfAbsent(batch.lane(), lane -> new ArrayDeque<>()).add(submitted);
    out.execute(() -> writeMessages(submitted));
    out.execute(() -> writeRows(submitted));
  }

  private void writeMessages(Submitted submitted) {
    Batch batch = submitted.batch;
    if (batch.appends().stream().anyMatch(append -> isRefused(submitted, append.row()))) {
      batch.refuseAppends(SharedClaims.NOT_HELD);
      return;
    }
    boolean[] matched = new boolean[batch.appends().size()];
    Arrays.fill(matched, true);
    batch.matched(matched);
    List<Batch.Row> rows = new ArrayList<>();
    for (Batch.Append append : batch.appends()) {
      append(append, rows);
    }
    if (!rows.isEmpty()) {
      shared.add(new SharedLog.Rows(submitted.writer, rows, null));
    }
  }

  /// Who was taken for dead cannot write a message with a row, whether it knows or not: if it does
  /// not know, its number is an old one; if it does, it holds nothing.
  private boolean isRefused(Submitted submitted, Batch.@Nullable Row row) {
    return row != null
        && (shared.isDead(submitted.writer)
            || (row.claim() != null && claims.holder(row.claim()) != submitted.writer));
  }

  private void append(Batch.Append append, List<Batch.Row> rows) {
    Message message = append.message();
    Batch.Row row = append.row();
    Stored stored =
        append.stored() ? shared.append(message, row != null) : new Stored(message, -1, -1);
    if (row != null) {
      rows.add(row);
    }
    if (message.retain()) {
      byte[] value = message.payload().length == 0 ? null : MessageFormat.encode(stored);
      rows.add(new Batch.Row(Tables.RETAINED, message.topic().getBytes(UTF_8), value));
    }
  }

  private void writeRows(Submitted submitted) {
    if (submitted.batch.rows().isEmpty()) {
      done(submitted, null);
    } else {
      List<Batch.Row> rows = List.copyOf(submitted.batch.rows());
      shared.add(new SharedLog.Rows(submitted.writer, rows, submitted));
    }
  }

  private void done(Submitted submitted, @Nullable EngineFailure failure) {
    submitted.done = true;
    submitted.failure = failure;
    ArrayDeque<Submitted> ofLane = unsettled.get(submitted.batch.lane());
    boolean any = false;
    while (ofLane != null && !ofLane.isEmpty() && ofLane.element().done) {
      Submitted first = ofLane.remove();
      any = true;
      telling.execute(() -> listener().settled(first.batch, first.failure));
    }
    if (any) {
      telling.execute(() -> listener().endOfCommit());
    }
  }

  // ---------------------------------------------------------------- read

  boolean isAtEnd() {
    return choices().isEmpty();
  }

  private static final int RECORDS = -1;
  private static final int WORDS = -2;

  /// What there is to read: a partition, or one of the others.
  private List<Integer> choices() {
    List<Integer> choices = new ArrayList<>();
    if (read < shared.records().size()) {
      choices.add(RECORDS);
    }
    if (!exchange.isAtEnd()) {
      choices.add(WORDS);
    }
    for (int partition = 0; partition < SharedLog.PARTITIONS; partition++) {
      if (!copy.isAtEnd(partition)) {
        choices.add(partition);
      }
    }
    return choices;
  }

  /// Reads the next of something.
  void readOne() {
    List<Integer> choices = choices();
    int choice = choices.get(dice.nextInt(choices.size()));
    switch (choice) {
      case RECORDS -> read(shared.records().get(read++));
      case WORDS -> exchange.readOne();
      default -> readMessages(choice);
    }
  }

  private void readMessages(int partition) {
    CommitListener told = listener;
    for (int i = dice.nextInt(3); i >= 0 && !copy.isAtEnd(partition); i--) {
      Stored stored = copy.readOne(partition);
      if (told != null) {
        telling.execute(() -> told.committed(stored));
      }
    }
    if (told != null) {
      telling.execute(told::endOfCommit);
    }
  }

  private void read(SharedLog.Entry entry) {
    switch (entry) {
      case SharedLog.Hello hello -> claims.hello(hello);
      case SharedLog.Take take -> claims.taken(take);
      case SharedLog.Release release -> claims.released(release);
      case SharedLog.Verdict verdict -> died(verdict);
      case SharedLog.Rows rows -> keep(rows);
    }
  }

  private void died(SharedLog.Verdict verdict) {
    boolean other = verdict.node() != claims.self() && !claims.isDead(verdict.node());
    claims.died(verdict);
    if (other) {
      exchange.gone(verdict.node());
    }
  }

  private void keep(SharedLog.Rows rows) {
    boolean all = true;
    for (Batch.Row row : rows.rows()) {
      if (row.claim() == null || claims.holder(row.claim()) == rows.writer()) {
        table(row.table()).put(row.key(), row.value());
      } else {
        all = false;
      }
    }
    if (rows.submitted() instanceof Submitted submitted && isOurs(submitted)) {
      done(submitted, all ? null : SharedClaims.NOT_HELD);
    }
  }

  private boolean isOurs(Submitted submitted) {
    ArrayDeque<Submitted> ofLane = unsettled.get(submitted.batch.lane());
    return ofLane != null && ofLane.contains(submitted);
  }

  // ---------------------------------------------------------------- the rest

  @Override
  public Log log() {
    return copy;
  }

  @Override
  public CopiedTable table(String name) {
    return tables.computeIfAbsent(name, key -> new CopiedTable(pending));
  }

  @Override
  public Claims claims() {
    return claims;
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public @Nullable EngineFailure trouble() {
    return null;
  }

  @Override
  public void tick(long nowMillis) {}

  @Override
  public void close() {}
}
