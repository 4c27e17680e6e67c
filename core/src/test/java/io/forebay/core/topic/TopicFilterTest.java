package io.forebay.core.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

  /// MQTT 5 §4.7.1.2, §4.7.1.3 and §4.7.2, with the examples of the standard.
  @ParameterizedTest
  @CsvSource({
    "sport/tennis/player1/#, sport/tennis/player1, true",
    "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
    "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
    "sport/tennis/player1/#, sport/tennis/player10, false",
    "sport/#, sport, true",
    "sport/#, sports, false",
    "sport/+, sport, false",
    "sport/+, sport/, true",
    "sport/tennis/+, sport/tennis/player1, true",
    "sport/tennis/+, sport/tennis/player1/ranking, false",
    "+, finance, true",
    "+, /finance, false",
    "+/+, /finance, true",
    "/+, /finance, true",
    "+/tennis/#, sport/tennis, true",
    "+/tennis/#, tennis, false",
    "+/b/c, a/b/c, true",
    "a/+/c, a/b/c, true",
    "a/+/c, a//c, true",
    "a/b/+, a/b/c, true",
    "a/+/c, a/b/d, false",
    "+/+/+, a/b/c, true",
    "+/+, a/b/c, false",
    "+/#, a, true",
    "a/+/#, a, false",
    "a/+/#, a/b, true",
    "#, a, true",
    "#, /, true",
    "#, a/b/c, true",
    "/#, /, true",
    "/#, a, false",
    "+/, a/, true",
    "//, //, true",
    "+/+/+, //, true",
    "/, /, true",
    "a, a, true",
    "a, A, false",
    "a, aa, false",
    "aa, a, false",
    "a/b, a, false",
    "#, $SYS/monitor, false",
    "+/monitor/Clients, $SYS/monitor/Clients, false",
    "+/#, $SYS, false",
    "$SYS/#, $SYS/monitor, true",
    "$SYS/monitor/+, $SYS/monitor/Clients, true",
    "a/+, a/$b, true",
    "$SYS/#, $SYS, true",
  })
  void aFilterMatchesAsTheStandardSays(String filter, String topic, boolean matches) {
    assertThat(TopicFilter.matches(filter, topic)).isEqualTo(matches);
    assertThat(TopicFilter.parse(filter, 128).matches(topic)).isEqualTo(matches);
    assertThat(new FilterSet(List.of(filter)).matches(topic)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sport+",
        "+sport",
        "a/b+/c",
        "a/+b",
        "#/a",
        "a/#/b",
        "a#",
        "a/#b",
        "##",
        "++",
        "a\0b",
        "$share/",
        "$share/g",
        "$share/g/",
        "$share//a",
        "$share/g+/a",
        "$share/#/a",
        "$share/g/a#"
      })
  void aFilterThatBreaksARuleIsRefusedWithWords(String filter) {
    assertThatThrownBy(() -> TopicFilter.parse(filter, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".{10,}");
  }

  @Test
  void aFilterOfTooManyLevelsIsRefused() {
    assertThat(TopicFilter.parse("a/b/c", 3).text()).isEqualTo("a/b/c");
    assertThatThrownBy(() -> TopicFilter.parse("a/b/c/d", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3");
  }

  @Test
  void aSharedFilterHasAGroupAndAFilter() {
    TopicFilter filter = TopicFilter.parse("$share/group/a/+", 128);
    assertThat(filter.shared()).isTrue();
    assertThat(filter.label()).isEqualTo("group");
    assertThat(filter.text()).isEqualTo("a/+");
    assertThat(filter.given()).isEqualTo("$share/group/a/+").isEqualTo(filter.toString());
    assertThat(filter.matches("a/b")).isTrue();
    assertThat(filter.hasWildcard()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "orders", "A-b_c.9", "-", "..", "share"})
  void aQueueIsNamed(String name) {
    TopicFilter filter = TopicFilter.parse("$queue/" + name, 1);
    assertThat(filter.kind()).isEqualTo(TopicFilter.Kind.QUEUE);
    assertThat(filter.shared()).isTrue();
    assertThat(filter.label()).isEqualTo(name);
    assertThat(filter.given()).isEqualTo("$queue/" + name).isEqualTo(filter.toString());
    assertThat(filter).isEqualTo(TopicFilter.queue(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/b", "a/", "/a", "+", "#", "a b", "a\0", "ä", "a:b", "$a", "a+", "a#"})
  void aQueueIsNotNamedLikeThat(String name) {
    assertThatThrownBy(() -> TopicFilter.parse("$queue/" + name, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 200");
  }

  @Test
  void aQueuesNameIsOfBoundedLength() {
    assertThat(TopicFilter.queue("q".repeat(200)).label()).hasSize(200);
    assertThatThrownBy(() -> TopicFilter.queue("q".repeat(201)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$queue", "$queues/a", "queue/a", "a/$queue/b", "$QUEUE/a"})
  void aFilterThatOnlyLooksLikeAQueueIsAnOrdinaryOne(String filter) {
    assertThat(TopicFilter.parse(filter, 128).kind()).isEqualTo(TopicFilter.Kind.PLAIN);
  }

  @Test
  void requestsAreBelowControl() {
    assertThat(TopicName.isRequest("$CONTROL/queue/v1/list")).isTrue();
    assertThat(TopicName.isRequest("$CONTROL/#")).isTrue();
    assertThat(TopicName.isRequest("$CONTROL")).isFalse();
    assertThat(TopicName.isRequest("$CONTROLS/x")).isFalse();
    assertThat(TopicName.isRequest("a/$CONTROL/x")).isFalse();
  }

  @Test
  void aFilterThatOnlyBeginsLikeASharedOneIsAnOrdinaryOne() {
    assertThat(TopicFilter.parse("$shared/group/a", 128).shared()).isFalse();
  }

  @Test
  void aFilterSetTellsNamesFromPatterns() {
    FilterSet set = new FilterSet(List.of("a/b", "a/+", "#", "a/b", "c"));
    assertThat(set.names()).containsExactlyInAnyOrder("a/b", "c");
    assertThat(set.patterns()).containsExactlyInAnyOrder("a/+", "#");
    assertThat(new FilterSet(List.of()).matches("a")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/+", "#", "a#", "a\0"})
  void aTopicNameThatBreaksARuleHasAProblem(String name) {
    assertThat(TopicName.problem(name, 128)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "a//b", "$SYS/x", " ", "ü/\uD83D\uDE00"})
  void aValidTopicNameHasNoProblem(String name) {
    assertThat(TopicName.problem(name, 128)).isNull();
  }

  @Test
  void aTopicNameHasABoundedNumberOfLevelsAndAFirstOne() {
    assertThat(TopicName.problem("a/b/c", 3)).isNull();
    assertThat(TopicName.problem("a/b/c/d", 3)).contains("3");
    assertThat(TopicName.firstLevel("a/b")).isEqualTo("a");
    assertThat(TopicName.firstLevel("a")).isEqualTo("a");
    assertThat(TopicName.firstLevel("/a")).isEmpty();
  }
}
