package io.forebay.core.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterRelationTest {
  /// One more than filters name, so that there is one which only wildcards match.
  private static final List<String> TOPIC_LEVELS = List.of("a", "b", "$s", "", "other");

  private static final List<String> FILTER_LEVELS = List.of("a", "b", "$s", "", "+");

  /// One level more than filters have, so that there are topics which only # matches.
  private static final List<String> TOPICS = words(TOPIC_LEVELS, 4);

  private static final List<String> FILTERS = filters();

  /// All words of 1 to so many levels but the empty one.
  private static List<String> words(List<String> levels, int most) {
    List<String> words = new ArrayList<>(levels);
    List<String> longest = levels;
    for (int i = 1; i < most; i++) {
      longest = longest.stream().flatMap(w -> levels.stream().map(l -> w + "/" + l)).toList();
      words.addAll(longest);
    }
    words.removeIf(String::isEmpty);
    return words;
  }

  private static List<String> filters() {
    List<String> filters = new ArrayList<>(words(FILTER_LEVELS, 3));
    filters.add("#");
    filters.add("/#");
    words(FILTER_LEVELS, 2).forEach(word -> filters.add(word + "/#"));
    return filters;
  }

  /// Against all topics that could tell them apart.
  @Test
  void coversAndOverlapsAreWhatBruteForceSays() {
    Random random = new Random(4711);
    for (String one : FILTERS) {
      for (int i = 0; i < 60; i++) {
        String other = FILTERS.get(random.nextInt(FILTERS.size()));
        check(one, other);
      }
      check(one, one);
      check(one, "#");
      check(one, "+/#");
      check("+/#", one);
      check("#", one);
    }
  }

  private static void check(String one, String other) {
    boolean covers = true;
    boolean overlaps = false;
    for (String topic : TOPICS) {
      boolean first = TopicFilter.matches(one, topic);
      boolean second = TopicFilter.matches(other, topic);
      covers &= first || !second;
      overlaps |= first && second;
    }
    assertThat(FilterRelation.covers(one, other)).as("%s covers %s", one, other).isEqualTo(covers);
    assertThat(FilterRelation.overlaps(one, other))
        .as("%s overlaps %s", one, other)
        .isEqualTo(overlaps);
  }

  @ParameterizedTest
  @CsvSource({
    "/+/#, /#, true",
    "#, secret/#, true",
    "secret/#, #, false",
    "secret/#, secret, true",
    "secret/#, secret/+/x, true",
    "secret/+, secret/#, false",
    "+/#, #, true",
    "a/+/#, a/#, false",
    "+/b, a/b, true",
    "#, $SYS/#, false",
    "+/x, $SYS/x, false",
    "$SYS/#, $SYS/broker/+, true",
    "a/+, a/$b, true",
    "a, a, true",
    "a, a/b, false",
    "a/b, a, false",
  })
  void aFilterCoversAnother(String outer, String inner, boolean covers) {
    assertThat(FilterRelation.covers(outer, inner)).isEqualTo(covers);
  }

  @ParameterizedTest
  @CsvSource({
    "+, /#, false",
    "secret/#, #, true",
    "secret/#, +, true",
    "secret/#, +/x, true",
    "secret/#, public/#, false",
    "+/x, y/+, true",
    "a/+/c, a/b/d, false",
    "a/b, +, false",
    "#, $SYS/#, false",
    "+/x, $SYS/x, false",
    "$SYS/#, $SYS, true",
  })
  void aFilterOverlapsAnother(String one, String other, boolean overlaps) {
    assertThat(FilterRelation.overlaps(one, other)).isEqualTo(overlaps);
    assertThat(FilterRelation.overlaps(other, one)).isEqualTo(overlaps);
  }
}
