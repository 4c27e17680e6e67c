package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.Engine;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Table;
import io.forebay.core.message.Message;
import io.forebay.core.message.Position;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.topic.FilterSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Live or catching up, with a log whose answers the test writes.
class CatchUpTest {
  private static final Grant GRANT = Grant.of(Qos.AT_LEAST_ONCE, false, false, 0);

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final ScriptedLog log = new ScriptedLog();
  private final Subscriber subscriber = new Subscriber();
  private final Lane lane = new Router(log, List.of(loop::add)).lanes().getFirst();
  private final CatchUp catchUp = new CatchUp(lane, log, subscriber);

  private void turn() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  private static Stored stored(long offset) {
    Message message =
        new Message(
            "t", new byte[0], Qos.AT_LEAST_ONCE, false, Properties.NONE, "p", 0, Message.NEVER);
    return new Stored(message, 0, offset);
  }

  private void offer(long offset) {
    catchUp.offer(stored(offset).message(), 0, offset, GRANT);
  }

  private void answer(long next, boolean atHead, long... offsets) {
    List<Stored> messages = new ArrayList<>();
    for (long offset : offsets) {
      messages.add(stored(offset));
    }
    log.asked.remove().accept(new Log.Slice(messages, next, atHead, 0));
    turn();
  }

  @Test
  void aLiveSubscriberTakesWhatIsOfferedOnce() {
    offer(0);
    offer(3);
    offer(3);
    assertThat(subscriber.taken).containsExactly(0L, 3L);
    assertThat(catchUp.settle(new long[] {7})).containsExactly(7);
  }

  @Test
  void oneWithoutRoomReadsTheLogLaterAndIsLiveAgainAtTheHead() {
    subscriber.room = 0;
    offer(0);
    offer(1);
    catchUp.pump();
    turn();
    assertThat(log.asked).isEmpty();
    assertThat(catchUp.settle(new long[] {2})).containsExactly(0);
    subscriber.room = 9;
    catchUp.pump();
    turn();
    answer(2, true, 0, 1);
    offer(2);
    assertThat(subscriber.taken).containsExactly(0L, 1L, 2L);
  }

  @Test
  void whatWasSkippedBeyondTheSliceIsReadBeforeItIsLiveAgain() {
    catchUp.restore(0, 5);
    catchUp.pump();
    turn();
    offer(6);
    answer(6, true, 5);
    assertThat(subscriber.taken).containsExactly(5L);
    answer(7, true, 6);
    offer(7);
    assertThat(subscriber.taken).containsExactly(5L, 6L, 7L);
  }

  @Test
  void aSliceReadThroughFormerFiltersIsReadAgain() {
    catchUp.restore(0, 5);
    catchUp.pump();
    turn();
    subscriber.filters = new FilterSet(List.of("t", "u"));
    offer(5);
    answer(6, true);
    assertThat(log.asked).hasSize(1);
    answer(6, true, 5);
    assertThat(subscriber.taken).containsExactly(5L);
  }

  @Test
  void aSliceThatMeetsNoRoomIsReadOnFromThere() {
    catchUp.restore(0, 0);
    catchUp.pump();
    turn();
    subscriber.room = 1;
    answer(3, true, 0, 1, 2);
    assertThat(subscriber.taken).containsExactly(0L);
    assertThat(catchUp.settle(new long[] {3})).containsExactly(1);
  }

  @Test
  void afterTheCloseNothingIsTakenAndTheCursorStays() {
    catchUp.restore(0, 4);
    catchUp.pump();
    turn();
    catchUp.close();
    answer(6, true, 4, 5);
    offer(6);
    assertThat(subscriber.taken).isEmpty();
    assertThat(catchUp.settle(new long[] {7})).containsExactly(4);
  }

  /// Reads from 0 in a log of 1,000 messages, the oldest 250 of which are about to go.
  private void readInDanger() {
    log.head = 1_000;
    log.endangered = 250;
    catchUp.restore(0, 0);
    catchUp.pump();
    turn();
    answer(100, false);
  }

  @Test
  void publishersWaitForAFastReaderInDangerUntilItIsOut() {
    subscriber.pace = 100;
    readInDanger();
    assertThat(lane.congested()).isTrue();
    answer(400, false);
    assertThat(lane.congested()).isTrue();
    answer(500, false);
    assertThat(lane.congested()).isFalse();
  }

  @Test
  void publishersDoNotWaitForASlowReader() {
    subscriber.pace = 89;
    readInDanger();
    assertThat(lane.congested()).isFalse();
  }

  @Test
  void publishersDoNotWaitForAReaderThatStandsStill() {
    subscriber.pace = 100;
    readInDanger();
    lane.tick();
    assertThat(lane.congested()).isFalse();
  }

  @Test
  void publishersDoNotWaitForAReaderThatIsGone() {
    subscriber.pace = 100;
    readInDanger();
    catchUp.close();
    assertThat(lane.congested()).isFalse();
  }

  private static final class Subscriber implements CatchUp.Sink {
    private int pace;

    @Override
    public int pace() {
      return pace;
    }

    private final List<Long> taken = new ArrayList<>();
    private int room = 100;
    private FilterSet filters = new FilterSet(List.of("t"));

    @Override
    public int room() {
      return room;
    }

    @Override
    public FilterSet filters() {
      return filters;
    }

    @Override
    public @Nullable Grant decide(Stored stored) {
      return GRANT;
    }

    @Override
    public void take(Message message, int partition, long offset, Grant grant) {
      room--;
      taken.add(offset);
    }

    @Override
    public void gap(long lost) {}

    @Override
    public void fellBehind() {}
  }

  /// Only what is read is scripted.
  private static final class ScriptedLog implements Engine, Log {
    private final ArrayDeque<Consumer<Log.Slice>> asked = new ArrayDeque<>();
    private long head;
    private long endangered;

    @Override
    public long endangered(int partition) {
      return endangered;
    }

    @Override
    public void read(Request request, Consumer<Slice> answer) {
      asked.add(answer);
    }

    @Override
    public void start(CommitListener listener) {}

    @Override
    public void submit(Batch batch) {}

    @Override
    public Log log() {
      return this;
    }

    @Override
    public Table table(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable EngineFailure trouble() {
      return null;
    }

    @Override
    public int partition(String stream, int partition) {
      return -1;
    }

    @Override
    public void seek(int partition, long timestampMillis, LongConsumer answer) {
      answer.accept(0);
    }

    @Override
    public void tick(long nowMillis) {}

    @Override
    public void close() {}

    @Override
    public int partitions() {
      return 1;
    }

    @Override
    public boolean captures(Message message) {
      return true;
    }

    @Override
    public long head(int partition) {
      return head;
    }

    @Override
    public long start(int partition) {
      return 0;
    }

    @Override
    public Position position(int partition, long offset) {
      return new Position("s", partition, 1, offset);
    }

    @Override
    public void fetch(int partition, long[] offsets, Consumer<List<Stored>> answer) {
      answer.accept(List.of());
    }
  }
}
