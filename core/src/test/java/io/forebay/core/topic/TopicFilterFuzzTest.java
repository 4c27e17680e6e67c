package io.forebay.core.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/// A filter and a topic, each on a line. Beside it, what the standard says of levels, word by word.
class TopicFilterFuzzTest {
  private static final int LEVELS = 128;

  @FuzzTest
  void whatParsesIsTheSameAgainAndMatchesAsTheStandardSays(byte[] input) {
    String[] lines = new String(input, UTF_8).split("\n", 2);
    TopicFilter filter;
    try {
      filter = TopicFilter.parse(lines[0], LEVELS);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(TopicFilter.parse(filter.given(), LEVELS)).isEqualTo(filter);
    assertThat(filter.given()).isEqualTo(lines[0]);
    if (lines.length == 2 && TopicName.problem(lines[1], LEVELS) == null) {
      assertThat(filter.matches(lines[1])).isEqualTo(levelsMatch(filter.text(), lines[1]));
    }
  }

  /// MQTT 5 §4.7.1 and §4.7.2.
  private static boolean levelsMatch(String filter, String topic) {
    List<String> wanted = Arrays.asList(filter.split("/", -1));
    List<String> levels = Arrays.asList(topic.split("/", -1));
    String first = wanted.getFirst();
    if (topic.startsWith("$") && (first.equals("+") || first.equals("#"))) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i).equals("#")) {
        return true;
      }
      if (i == levels.size()
          || !(wanted.get(i).equals("+") || wanted.get(i).equals(levels.get(i)))) {
        // "sport/#" is for "sport" as well.
        return i == levels.size() && wanted.get(i).equals("#");
      }
    }
    return wanted.size() == levels.size();
  }
}
