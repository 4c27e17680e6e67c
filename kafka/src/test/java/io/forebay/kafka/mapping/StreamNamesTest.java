package io.forebay.kafka.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forebay.sessions",
        "forebay.queues",
        "forebay.retained",
        "__consumer_offsets",
        "__mine",
        "forebay",
        ".",
        "..",
        "",
        "a b",
        "a/b",
        "ä"
      })
  void someTopicsAreNoStreamsWhateverTheExpressionsSay(String name) {
    StreamNames names = new StreamNames(List.of("[\\s\\S]*"), "forebay");

    assertThat(names.stream(name)).isFalse();
    assertThat(names.streamOf(name + "/a")).isNotEqualTo(name);
    assertThat(names.mapped(name)).isEqualTo(name.equals("forebay"));
    assertThat(names.stream("other")).isTrue();
  }

  @Test
  void anExpressionMatchesAWholeName() {
    StreamNames names = new StreamNames(List.of("tele(metry)?", "[xyz]"), "forebay");

    assertThat(List.of("tele", "telemetry", "x")).allMatch(names::mapped);
    assertThat(List.of("telemetry2", "atele", "xx")).noneMatch(names::mapped);
  }

  @Test
  void aNameWithDotsIsANameAndNoExpression() {
    StreamNames names = new StreamNames(List.of("plant.one"), "forebay");

    assertThat(names.mapped("plant.one")).isTrue();
    assertThat(names.mapped("plant_one")).isFalse();
  }

  @Test
  void aNameIsAtMost249CharactersLong() {
    StreamNames names = new StreamNames(List.of("x+"), "forebay");

    assertThat(names.streamOf("x".repeat(249) + "/a")).isEqualTo("x".repeat(249));
    assertThat(names.streamOf("x".repeat(250) + "/a")).isNull();
  }

  @Test
  void whatCannotBeAStreamIsRefusedWithItsReason() {
    assertThat(StreamNames.problem("vehicles", "forebay")).isNull();
    assertThat(StreamNames.problem("v.*", "forebay")).isNull();
    assertThat(StreamNames.problem("forebay", "forebay")).contains("something else");
    assertThat(StreamNames.problem("__x", "forebay")).contains("something else");
    assertThat(StreamNames.problem("vehicles/#", "forebay")).contains("first level");
    assertThat(StreamNames.problem("(", "forebay")).contains("regular expression");
    assertThatIllegalArgumentException().isThrownBy(() -> new StreamNames(List.of("("), "forebay"));
    assertThatIllegalArgumentException().isThrownBy(() -> new StreamNames(List.of(), "a b"));
  }
}
