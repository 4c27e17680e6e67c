package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Batch;
import io.forebay.core.log.CommitListener;
import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.Stored;
import io.forebay.core.log.Tables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueTableTest {
  private static final String GROUP = "$share/g/jobs/#";
  private static final String QUEUE = "$queue/jobs";

  /// More than are read at once.
  private static final int MANY = 600;

  private final SlowEngine engine = new SlowEngine();
  private final QueueTable table = new QueueTable(engine.table(Tables.QUEUES));

  @BeforeEach
  void start() {
    engine.start(
        new CommitListener() {
          @Override
          public boolean committed(Stored stored) {
            return false;
          }

          @Override
          public void settled(Batch batch, @Nullable EngineFailure failure) {}

          @Override
          public void endOfCommit() {}
        });
  }

  private void write(Batch.Row... rows) {
    Batch batch = new Batch(0);
    List.of(rows).forEach(batch::row);
    write(batch);
  }

  private void write(Batch batch) {
    engine.submit(batch);
    assertThat(engine.commit()).isTrue();
  }

  private static QueueRow row(boolean declared) {
    return new QueueRow(QueueSettings.shared("jobs/#"), declared, new long[] {3}, List.of(), 0, 0);
  }

  private static Batch.Row damaged(String name) {
    return new Batch.Row(Tables.QUEUES, QueueFormat.key(name), new byte[] {1, 2});
  }

  private QueueTable.Kept load(String name) {
    List<QueueTable.Kept> answers = new ArrayList<>();
    table.load(name, false, answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private QueueTable.Found found(String name) {
    List<QueueTable.Found> answers = new ArrayList<>();
    table.row(name, answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void aQueueThatIsNotThereIsNothing() {
    QueueTable.Kept kept = load(QUEUE);
    assertThat(kept.present()).isFalse();
    assertThat(kept.row()).isNull();
    assertThat(kept.damage()).isNull();
    assertThat(found(QUEUE)).isEqualTo(new QueueTable.Found(null, null));
  }

  @Test
  void aDeclaredQueueCountsWithoutMembersAndKnowsWhatIsDone() {
    write(
        QueueTable.row(QUEUE, row(true)),
        QueueTable.owned(QUEUE, 0, 1),
        QueueTable.owned(QUEUE, 0, 2),
        QueueTable.owned("$queue/jobs2", 0, 4));
    QueueTable.Kept kept = load(QUEUE);
    assertThat(kept.present()).isTrue();
    assertThat(kept.row()).usingRecursiveComparison().isEqualTo(row(true));
    assertThat(kept.owned().stream().map(QueueFormat::ownedOffset)).containsExactly(1L, 2L);
  }

  @Test
  void aGroupCountsWhileItHasMembers() {
    write(QueueTable.row(GROUP, row(false)), QueueTable.member("$share/g/other", "a", true));
    assertThat(load(GROUP).row()).isNull();
    assertThat(load(GROUP).present()).isTrue();
    write(QueueTable.member(GROUP, "a", true));
    assertThat(load(GROUP).row()).isNotNull();
    write(QueueTable.member(GROUP, "a", false));
    assertThat(load(GROUP).row()).isNull();
  }

  @Test
  void aRowThatCannotBeReadIsDamageIfItCounts() {
    write(damaged(QUEUE), damaged(GROUP));
    assertThat(load(QUEUE).damage()).isNotNull();
    assertThat(load(QUEUE).present()).isTrue();
    assertThat(found(QUEUE).damage()).isNotNull();
    assertThat(load(GROUP).damage()).isNull();
    assertThat(load(GROUP).present()).isTrue();
    write(QueueTable.member(GROUP, "a", true));
    assertThat(load(GROUP).damage()).isNotNull();
  }

  @Test
  void namesAreListedWhateverIsBelowOrInThem() {
    Batch batch = new Batch(0);
    List<String> expected = new ArrayList<>();
    for (int i = 1_000; i < 1_000 + MANY; i++) {
      String name = QUEUE + i;
      expected.add(name);
      batch.row(QueueTable.row(name, row(true)));
      batch.row(QueueTable.owned(name, 0, 1));
    }
    for (int i = 0; i < MANY; i++) {
      batch.row(QueueTable.owned(QUEUE + 1_001, 0, i));
    }
    batch.row(damaged(QUEUE + 1_002));
    batch.row(QueueTable.row(GROUP, row(false)));
    // What a message that was given up leaves behind of a queue that is gone.
    batch.row(QueueTable.owned(QUEUE + 999, 0, 1));
    write(batch);
    List<String> names = new ArrayList<>();
    table.names("$queue/", names::add, () -> names.add("end"));
    expected.add("end");
    assertThat(names).isEqualTo(expected);
  }

  @Test
  void whatIsForgottenIsGoneWithAllBelow() {
    Batch batch = new Batch(0);
    batch.row(QueueTable.row(GROUP, row(false)));
    for (int i = 0; i < MANY; i++) {
      batch.row(QueueTable.member(GROUP, "client" + i, true));
      batch.row(QueueTable.owned(GROUP, 0, i));
    }
    batch.row(QueueTable.row(QUEUE, row(true)));
    write(batch);
    List<byte[]> below = new ArrayList<>();
    table.keysBelow(GROUP, below::addAll);
    assertThat(below).hasSize(2 * MANY);
    Batch forget = new Batch(0);
    QueueTable.forget(forget, GROUP, below);
    write(forget);
    assertThat(engine.table(Tables.QUEUES).size()).isEqualTo(1);
    assertThat(load(QUEUE).row()).isNotNull();
  }
}
