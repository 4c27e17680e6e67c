package io.forebay.core.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SubscriptionIndexTest {
  private final SubscriptionIndex<String> index = new SubscriptionIndex<>();

  private static String randomTopic(Random random) {
    StringBuilder topic = new StringBuilder(random.nextInt(8) == 0 ? "$" : "");
    for (int i = random.nextInt(4); i >= 0; i--) {
      topic.append(List.of("a", "b", "", "ab").get(random.nextInt(4))).append(i > 0 ? "/" : "");
    }
    return topic.isEmpty() ? "a" : topic.toString();
  }

  private static String randomFilter(Random random) {
    String[] levels = randomTopic(random).split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      if (random.nextInt(3) == 0) {
        levels[i] = "+";
      }
    }
    if (random.nextInt(3) == 0) {
      levels[levels.length - 1] = "#";
    }
    return String.join("/", levels);
  }

  private void put(String filter) {
    index.update(filter, there -> filter);
  }

  private void remove(String filter) {
    index.update(filter, there -> null);
  }

  private List<String> match(String topic) {
    List<String> found = new ArrayList<>();
    String exact = index.exact(topic);
    if (exact != null) {
      found.add(exact);
    }
    index.wildcards(topic, found::add);
    return found;
  }

  @Test
  void whatItFindsIsWhatTheRulesSayAfterAnyHistory() {
    Random random = new Random(4711);
    Map<String, String> present = new HashMap<>();
    for (int round = 0; round < 3_000; round++) {
      String filter = randomFilter(random);
      if (random.nextInt(3) == 0) {
        remove(filter);
        present.remove(filter);
      } else {
        put(filter);
        present.put(filter, filter);
      }
      String topic = randomTopic(random);
      List<String> expected =
          present.keySet().stream().filter(each -> TopicFilter.matches(each, topic)).toList();
      assertThat(match(topic)).as(topic).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(index.get(filter)).isEqualTo(present.get(filter));
    }
    List.copyOf(present.keySet()).forEach(this::remove);
    assertThat(index.trieSize()).isZero();
    assertThat(match("a")).isEmpty();
  }

  @Test
  void filtersWithoutWildcardsCostNoTrieNodes() {
    put("a/b/c");
    put("$SYS/x");
    assertThat(index.trieSize()).isZero();
    put("a/+");
    assertThat(index.trieSize()).isEqualTo(2);
  }

  @Test
  void removingWhatIsNotThereLeavesNothing() {
    remove("a/+/b");
    remove("a");
    assertThat(index.trieSize()).isZero();
  }

  @Test
  void theEpochChangesWhenAWildcardComesOrGoesAndNotOtherwise() {
    long before = index.wildcardEpoch();
    put("a");
    assertThat(index.wildcardEpoch()).isEqualTo(before);
    put("+");
    long with = index.wildcardEpoch();
    assertThat(with).isNotEqualTo(before);
    put("+");
    assertThat(index.wildcardEpoch()).isEqualTo(with);
    remove("+");
    assertThat(index.wildcardEpoch()).isNotEqualTo(with);
  }

  @Test
  void manyThreadsAtOnceLoseNothingAndLeaveNothing() throws Exception {
    put("shared/+/#");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int seed = thread;
        tasks.add(() -> addMatchRemove(seed));
      }
      for (Future<Integer> each : threads.invokeAll(tasks)) {
        assertThat(each.get()).isZero();
      }
    }
    remove("shared/+/#");
    assertThat(index.trieSize()).isZero();
  }

  /// @return how often something that was there was not found
  private int addMatchRemove(int seed) {
    Random random = new Random(seed);
    int lost = 0;
    for (int i = 0; i < 3_000; i++) {
      // The same paths for all threads, an own filter for each.
      String own = "shared/+/" + random.nextInt(3) + "/own" + seed + "/#";
      put(own);
      String topic = "shared/x/" + own.charAt(9) + "/own" + seed;
      List<String> found = match(topic);
      lost += found.contains(own) && found.contains("shared/+/#") ? 0 : 1;
      remove(own);
      lost += match(topic).contains(own) ? 1 : 0;
    }
    return lost;
  }
}
