package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress progress = new Progress();

  private Progress.Item add(int partition, long offset) {
    return progress.add(partition, offset, null, 0);
  }

  private List<Long> offsets() {
    return progress.list().stream().map(QueueRow.Outstanding::offset).toList();
  }

  @Test
  void nothingIsOutstandingAtFirst() {
    assertThat(progress.size()).isZero();
    assertThat(progress.list()).isEmpty();
  }

  @Test
  void itListsByPartitionAndOffset() {
    progress.add(2, 5, null, 1);
    add(0, 7);
    add(2, 6);
    assertThat(progress.list())
        .containsExactly(
            new QueueRow.Outstanding(0, 7, 0),
            new QueueRow.Outstanding(2, 5, 1),
            new QueueRow.Outstanding(2, 6, 0));
    assertThat(progress.size()).isEqualTo(3);
  }

  @Test
  void theFirstTheLastAndOneBetweenAreSettled() {
    Progress.Item first = add(0, 1);
    Progress.Item middle = add(0, 2);
    add(0, 3);
    Progress.Item last = add(0, 4);
    progress.settle(middle);
    assertThat(offsets()).containsExactly(1L, 3L, 4L);
    progress.settle(first);
    progress.settle(last);
    assertThat(offsets()).containsExactly(3L);
    add(0, 5);
    assertThat(offsets()).containsExactly(3L, 5L);
  }

  @Test
  void whatIsSettledTwiceCountsOnce() {
    Progress.Item item = add(0, 1);
    add(0, 2);
    assertThat(item.settled()).isFalse();
    progress.settle(item);
    progress.settle(item);
    assertThat(item.settled()).isTrue();
    assertThat(progress.size()).isEqualTo(1);
    assertThat(offsets()).containsExactly(2L);
  }

  @Test
  void whatFailsIsListedWithHowOften() {
    add(0, 1).redeliveries++;
    assertThat(progress.list()).containsExactly(new QueueRow.Outstanding(0, 1, 1));
  }

  @Test
  void whateverIsSettledTheRestStandsInOrder() {
    Random dice = new Random(1);
    List<Progress.Item> open = new ArrayList<>();
    for (int offset = 0; offset < 2_000; offset++) {
      if (open.isEmpty() || dice.nextInt(5) < 3) {
        open.add(add(0, offset));
      } else {
        progress.settle(open.remove(dice.nextInt(open.size())));
      }
      assertThat(progress.size()).isEqualTo(open.size());
    }
    assertThat(offsets()).isEqualTo(open.stream().map(each -> each.offset).toList());
  }

  @Test
  void anItemIsWhereItIs() {
    Progress.Item item = add(1, 2);
    assertThat(item).isEqualTo(new Progress.Item(1, 2, null, 9)).isLessThan(add(1, 3));
    assertThat(item).hasSameHashCodeAs(new Progress.Item(1, 2, null, 9));
    assertThat(new Progress.Item(0, 9, null, 0)).isLessThan(item).isNotEqualTo(item);
  }
}
