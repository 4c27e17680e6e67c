package io.forebay.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RememberedTest {

  @Test
  void whatWasPutInIsThereUntilItIsForgotten() {
    Remembered<Integer> remembered = new Remembered<>(10);
    remembered.put("a", 1);
    assertThat(remembered.get("a")).isEqualTo(1);
    remembered.forget("a");
    assertThat(remembered.get("a")).isNull();
  }

  @Test
  void theLatestAreThereAndTheOldestMakeRoom() {
    Remembered<Integer> remembered = new Remembered<>(10);
    IntStream.range(0, 1_000).forEach(each -> remembered.put("" + each, each));
    assertThat(IntStream.range(0, 1_000).filter(each -> remembered.get("" + each) != null))
        .hasSizeBetween(5, 10)
        .contains(999, 998, 997, 996, 995);
  }

  @Test
  void whatIsAskedForStays() {
    Remembered<Integer> remembered = new Remembered<>(100);
    for (int i = 0; i < 1_000; i++) {
      remembered.put("" + i, i);
      assertThat(remembered.get("0")).isZero();
    }
    assertThat(IntStream.range(1, 900).filter(each -> remembered.get("" + each) != null)).isEmpty();
    assertThat(remembered.get("999")).isEqualTo(999);
  }

  @Test
  void whatIsOldIsForgottenToo() {
    Remembered<Integer> remembered = new Remembered<>(4);
    remembered.put("a", 1);
    remembered.put("b", 2);
    remembered.put("c", 3);
    assertThat(remembered.get("a")).isEqualTo(1);
    remembered.forget("a");
    assertThat(remembered.get("a")).isNull();
  }

  @Test
  void withoutRoomNothingIsRemembered() {
    Remembered<Integer> remembered = new Remembered<>(0);
    remembered.put("a", 1);
    assertThat(remembered.get("a")).isNull();
  }
}
