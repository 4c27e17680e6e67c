package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamsTest {

  private static Streams streams(StreamSettings... settings) {
    return new Streams(List.of(settings));
  }

  @Test
  void theFirstLevelChoosesAndDefaultTakesTheRest() {
    Streams streams = streams(Kept.onDisk("a"), Kept.onDisk("default"), Kept.onDisk("bb"));
    assertThat(streams.of("a")).isZero();
    assertThat(streams.of("a/b/c")).isZero();
    assertThat(streams.of("ab/c")).isEqualTo(1);
    assertThat(streams.of("bb/")).isEqualTo(2);
    assertThat(streams.of("b")).isEqualTo(1);
    assertThat(streams.of("/a")).isEqualTo(1);
    assertThat(streams.of("default/x")).isEqualTo(1);
  }

  @Test
  void theFirstStreamInOrderThatMatchesWins() {
    Streams streams =
        streams(
            Kept.onDisk("default"),
            Kept.onDisk("first", "a/+/x", "z/#"),
            Kept.onDisk("a"),
            Kept.onDisk("last", "#"));
    assertThat(streams.of("a/1/x")).isEqualTo(1);
    assertThat(streams.of("a/1/y")).isEqualTo(2);
    assertThat(streams.of("z")).isEqualTo(1);
    assertThat(streams.of("first/x")).isEqualTo(3);
    assertThat(streams.of("$SYS/x")).isZero();
  }

  @Test
  void manyStreamsAreFound() {
    StreamSettings[] many =
        Stream.concat(
                IntStream.range(0, 500).mapToObj(i -> Kept.onDisk("s" + i)),
                Stream.of(Kept.onDisk("default")))
            .toArray(StreamSettings[]::new);
    Streams streams = streams(many);
    for (int i = 0; i < 500; i++) {
      assertThat(streams.of("s" + i + "/x")).isEqualTo(i);
      assertThat(streams.of("t" + i)).isEqualTo(500);
    }
  }

  @Test
  void whatCannotBeIsTold() {
    assertThatThrownBy(() -> streams(Kept.onDisk("a"))).hasMessageContaining("'default'");
    assertThatThrownBy(
            () -> streams(Kept.onDisk("a"), Kept.onDisk("default"), Kept.onDisk("a", "x")))
        .hasMessageContaining("two streams 'a'");
    assertThatThrownBy(() -> Kept.onDisk("default", "x")).hasMessageContaining("no topics");
  }
}
