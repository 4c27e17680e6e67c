package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FilterWalkTest {

  private static List<String> visited(String filter, String... topics) {
    TreeMap<byte[], String> ordered = new TreeMap<>(Arrays::compareUnsigned);
    for (String topic : topics) {
      ordered.put(topic.getBytes(UTF_8), topic);
    }
    List<String> visited = new ArrayList<>();
    FilterWalk walk = new FilterWalk(filter);
    byte[] candidate = walk.first();
    while (candidate != null && ordered.ceilingEntry(candidate) != null) {
      visited.add(ordered.ceilingEntry(candidate).getValue());
      candidate = walk.after(visited.getLast().getBytes(UTF_8));
    }
    return visited;
  }

  @Test
  void itGoesStraightToTheLiteralBeginning() {
    assertThat(visited("b/+", "a", "a/1", "b", "b/1", "b/2", "c", "c/1"))
        .containsExactly("b/1", "b/2", "c");
  }

  @Test
  void aLevelThatCannotMatchIsJumpedOver() {
    assertThat(visited("a/+/c", "a/1/b", "a/1/c", "a/1/c/1", "a/1/d", "a/1/e", "a/2/c", "a/2/d"))
        .containsExactly("a/1/b", "a/1/c", "a/2/c");
  }

  @Test
  void whatIsBelowTheLastLevelIsJumpedOver() {
    assertThat(visited("a/+", "a/1", "a/1/1", "a/1/2", "a/1/3", "a/2")) //
        .containsExactly("a/1", "a/1/1", "a/2");
  }

  @Test
  void theParentOfAHashIsVisited() {
    assertThat(visited("a/#", "a", "a!", "a!/1", "a/1", "a/1/2", "a0")) //
        .containsExactly("a", "a/1", "a/1/2", "a0");
  }

  @Test
  void topicsOfTheServerAreJumpedOverByLeadingWildcards() {
    assertThat(visited("#", "!", "$SYS/a", "$SYS/b", "a")).containsExactly("!", "$SYS/a", "a");
    assertThat(visited("+/b", "$SYS/a", "$SYS/b", "a/b")).containsExactly("$SYS/a", "a/b");
  }

  @Test
  void noTopicThatMatchesIsMissed() {
    String[] levels = {"", "a", "b", "!", "$", "a!", "é", "\uD83D\uDE00", "\u0001", "0"};
    List<String> topics = new ArrayList<>();
    List<String> filters = new ArrayList<>();
    List<String> begun = List.of("");
    List<String> begunFilters = List.of("");
    for (int depth = 0; depth < 3; depth++) {
      List<String> next = new ArrayList<>();
      for (String begin : begun) {
        for (String level : levels) {
          next.add(depth == 0 ? level : begin + "/" + level);
        }
      }
      begun = next;
      topics.addAll(next);
      List<String> nextFilters = new ArrayList<>();
      for (String begin : begunFilters) {
        for (String level : List.of("a", "+", "$", "", "0")) {
          nextFilters.add(depth == 0 ? level : begin + "/" + level);
        }
        filters.add(depth == 0 ? "#" : begin + "/#");
      }
      begunFilters = nextFilters;
      filters.addAll(nextFilters);
    }
    topics.removeIf(String::isEmpty);
    filters.removeIf(filter -> !TopicFilter.hasWildcard(filter));
    String[] all = topics.toArray(String[]::new);
    for (String filter : filters) {
      List<String> matching =
          topics.stream().filter(topic -> TopicFilter.matches(filter, topic)).toList();
      assertThat(visited(filter, all)).as(filter).containsAll(matching).doesNotHaveDuplicates();
    }
  }
}
