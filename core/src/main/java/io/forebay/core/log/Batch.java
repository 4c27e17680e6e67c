package io.forebay.core.log;

import io.forebay.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What commits together: messages, rows, and who waits for them. Filled by one thread, then handed
/// to the engine and not touched by the filler again until it is settled.
public final class Batch {

  /// A change of a table's row.
  ///
  /// @param value null removes the row
  /// @param claim it is kept only if the node holds this name by then ([Claims]); null if that does
  ///   not matter
  public record Row(String table, byte[] key, byte @Nullable [] value, @Nullable String claim) {

    /// Kept whoever writes it.
    public Row(String table, byte[] key, byte @Nullable [] value) {
      this(table, key, value, null);
    }
  }

  /// A message of the batch.
  ///
  /// @param stored whether it gets a position; if not, only the retained value changes
  /// @param row kept if the message is, and not otherwise
  public record Append(
      Message message, boolean stored, @Nullable Receipt receipt, int token, @Nullable Row row) {}

  private final int lane;
  private final List<Append> appends = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>(0);
  private final List<Consumer<@Nullable EngineFailure>> afterwards = new ArrayList<>(0);
  private boolean[] matched = {};
  private @Nullable EngineFailure refusal;
  private @Nullable EngineFailure @Nullable [] refusals;

  /// @param lane the number of the lane that fills it and is to be told
  public Batch(int lane) {
    this.lane = lane;
  }

  /// Appends a message. A message with `retain` also becomes its topic's retained value, or with an
  /// empty payload removes it, in the same commit.
  ///
  /// @param row kept if the message is, and not otherwise; null for none. If it has a claim that the
  ///   node does not hold, neither is kept
  public void append(Message message, @Nullable Receipt receipt, int token, @Nullable Row row) {
    appends.add(new Append(message, true, receipt, token, row));
  }

  /// Changes only the retained value of the message's topic.
  public void retain(Message message) {
    appends.add(new Append(message, false, null, 0, null));
  }

  public void row(Row row) {
    rows.add(row);
  }

  /// Runs on the filling lane when the batch is settled: with null if it is kept.
  public void afterwards(Consumer<@Nullable EngineFailure> action) {
    afterwards.add(action);
  }

  public int lane() {
    return lane;
  }

  public List<Append> appends() {
    return appends;
  }

  public List<Row> rows() {
    return rows;
  }

  /// Engine: what [CommitListener#committed] said of each append, in order.
  public void matched(boolean[] outcome) {
    matched = outcome;
  }

  /// Engine: the messages are not taken, and neither are their rows; the batch's own rows are. So
  /// that clients can acknowledge and read on while there is no room for more messages.
  public void refuseAppends(EngineFailure why) {
    refusal = why;
  }

  /// Engine: this message is not taken; the others may be.
  ///
  /// @param append its place in [#appends]
  public void refuseAppend(int append, EngineFailure why) {
    @Nullable EngineFailure[] all = refusals;
    if (all == null) {
      all = new @Nullable EngineFailure[appends.size()];
      refusals = all;
    }
    all[append] = why;
  }

  /// Tells everybody who waits. On the filling lane.
  public void tell(@Nullable EngineFailure failure) {
    EngineFailure ofAll = failure != null ? failure : refusal;
    for (int i = 0; i < appends.size(); i++) {
      Append append = appends.get(i);
      if (append.receipt() != null) {
        EngineFailure why = ofAll == null && refusals != null ? refusals[i] : ofAll;
        append.receipt().settled(append.token(), i < matched.length && matched[i], why);
      }
    }
    for (Consumer<@Nullable EngineFailure> action : afterwards) {
      action.accept(failure);
    }
  }
}
