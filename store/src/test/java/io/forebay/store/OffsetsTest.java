package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffsetsTest {

  @Test
  void itIsASortedListWhateverIsAddedAndRemoved() {
    Random random = new Random(3);
    Offsets offsets = new Offsets();
    List<Long> expected = new ArrayList<>();
    long next = 0;
    for (int i = 0; i < 5_000; i++) {
      if (random.nextInt(5) < 3 || expected.isEmpty()) {
        next += 1 + random.nextInt(3);
        offsets.add(next);
        expected.add(next);
      } else {
        offsets.removeFirst();
        expected.removeFirst();
      }
      assertThat(offsets.size()).isEqualTo(expected.size());
      long sought = random.nextLong(next + 2);
      long below = expected.stream().filter(each -> each < sought).count();
      assertThat(offsets.firstFrom(sought)).isEqualTo((int) below);
      if (!expected.isEmpty()) {
        int at = random.nextInt(expected.size());
        assertThat(offsets.get(at)).isEqualTo(expected.get(at));
      }
    }
  }
}
