package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryEngineTest {
  private final MemoryEngine engine =
      new MemoryEngine(
          List.of(
              stream("default", StreamSettings.Capture.ACKNOWLEDGED),
              stream("all", StreamSettings.Capture.ALL),
              stream("none", StreamSettings.Capture.NONE)));
  private final List<String> told = new ArrayList<>();

  private static StreamSettings stream(String name, StreamSettings.Capture capture) {
    return new StreamSettings(name, capture, Long.MAX_VALUE / 2, Long.MAX_VALUE);
  }

  @BeforeEach
  void start() {
    engine.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
            assertThat(engine.head(stored.partition())).isGreaterThan(stored.offset());
            told.add(
                new String(stored.message().payload(), UTF_8)
                    + "@"
                    + stored.partition()
                    + ":"
                    + stored.offset());
            return stored.message().topic().endsWith("wanted");
          }

          @Override
          public void settled(Batch batch, @Nullable EngineFailure failure) {
            told.add(failure == null ? "settled" : failure.kind().name());
            batch.tell(failure);
          }

          @Override
          public void endOfCommit() {
            told.add("end");
          }
        });
  }

  private void publish(Message message) {
    Batch batch = new Batch(0);
    batch.append(message, null, 0, null);
    engine.submit(batch);
  }

  private @Nullable Stored retained(String topic) {
    List<@Nullable Stored> found = new ArrayList<>();
    engine
        .table(Tables.RETAINED)
        .get(
            topic.getBytes(UTF_8),
            value -> found.add(value == null ? null : MessageFormat.decode(value)));
    return found.getFirst();
  }

  @Test
  void aBatchIsToldMessageByMessageThenSettledThenEnded() {
    Batch batch = new Batch(0);
    List<String> receipts = new ArrayList<>();
    batch.append(
        Messages.of("x/wanted", "1"),
        (token, matched, why) -> receipts.add(token + " " + matched),
        7,
        null);
    batch.append(
        Messages.of("all/x", "2"),
        (token, matched, why) -> receipts.add(token + " " + matched),
        8,
        null);
    batch.append(Messages.of("y", "3"), null, 0, null);
    batch.afterwards(failure -> receipts.add("kept"));
    engine.submit(batch);
    assertThat(told).containsExactly("1@0:0", "2@1:0", "3@0:1", "settled", "end");
    assertThat(receipts).containsExactly("7 true", "8 false", "kept");
  }

  @Test
  void rowsChangeInTheCommit() {
    Batch batch = new Batch(0);
    batch.row(new Batch.Row("t", new byte[] {1}, new byte[] {2}));
    engine.submit(batch);
    assertThat(engine.table("t").size()).isEqualTo(1);
    Batch second = new Batch(0);
    second.row(new Batch.Row("t", new byte[] {1}, null));
    engine.submit(second);
    assertThat(engine.table("t").size()).isZero();
  }

  @Test
  void aRetainedMessageIsItsTopicsValueUntilAnEmptyOneClearsIt() {
    publish(Messages.of("r", "1", Qos.AT_LEAST_ONCE, true, 0));
    publish(Messages.of("r", "2", Qos.AT_LEAST_ONCE, true, 0));
    Stored stored = Objects.requireNonNull(retained("r"));
    assertThat(new String(stored.message().payload(), UTF_8)).isEqualTo("2");
    assertThat(stored.offset()).isEqualTo(1);
    publish(Messages.of("r", "not retained"));
    assertThat(retained("r")).isNotNull();
    publish(Messages.of("r", "", Qos.AT_LEAST_ONCE, true, 0));
    assertThat(retained("r")).isNull();
    assertThat(engine.head(0)).isEqualTo(4);
  }

  @Test
  void aRetainedMessageThatNoStreamTakesHasNoPosition() {
    Batch batch = new Batch(0);
    batch.retain(Messages.of("r", "1", Qos.AT_MOST_ONCE, true, 0));
    engine.submit(batch);
    Stored stored = Objects.requireNonNull(retained("r"));
    assertThat(stored.partition()).isEqualTo(-1);
    assertThat(engine.head(0)).isZero();
    assertThat(told).containsExactly("settled", "end");
  }

  @Test
  void eachStreamCapturesWhatItIsToldTo() {
    for (Qos qos : Qos.values()) {
      boolean acknowledged = qos != Qos.AT_MOST_ONCE;
      assertThat(engine.captures(Messages.of("x", "", qos, false, 0))).isEqualTo(acknowledged);
      assertThat(engine.captures(Messages.of("alls", "", qos, false, 0))).isEqualTo(acknowledged);
      assertThat(engine.captures(Messages.of("all/x", "", qos, false, 0))).isTrue();
      assertThat(engine.captures(Messages.of("none", "", qos, false, 0))).isFalse();
    }
  }

  @Test
  void positionsAreWrittenWithTheStreamsName() {
    assertThat(engine.position(1, 42)).hasToString("all/0/1/42");
  }

  @Test
  void afterTheCloseBatchesAreRefusedWithAReason() {
    publish(Messages.of("x", "1"));
    told.clear();
    engine.close();
    List<EngineFailure> failures = new ArrayList<>();
    Batch batch = new Batch(0);
    batch.append(
        Messages.of("x", "2"), (token, matched, failure) -> failures.add(failure), 0, null);
    engine.submit(batch);
    assertThat(told).startsWith("UNAVAILABLE");
    assertThat(failures).singleElement().isNotNull();
    assertThat(engine.head(0)).isEqualTo(1);
  }

  @Test
  void withoutADefaultStreamThereIsNoEngine() {
    assertThatThrownBy(() -> new MemoryEngine(List.of(stream("x", StreamSettings.Capture.ALL))))
        .hasMessageContaining("default");
  }
}
