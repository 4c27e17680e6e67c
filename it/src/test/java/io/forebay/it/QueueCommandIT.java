package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `forebay queue`, as processes against a running node.
@ExtendWith(SharedNode.class)
class QueueCommandIT {

  private static Spawned queue(NodeProcess node, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("queue"));
    command.addAll(List.of(words));
    command.addAll(List.of("-p", Integer.toString(node.mqtt())));
    return NodeProcess.forebay(command.toArray(String[]::new));
  }

  /// What a command prints that has to succeed and has nothing to complain of.
  private static List<String> lines(NodeProcess node, String... words) throws Exception {
    try (Spawned command = queue(node, words)) {
      command.succeeded();
      assertThat(command.errors()).isEmpty();
      return command.rest();
    }
  }

  private static void fails(NodeProcess node, int exitCode, String why, String... words)
      throws Exception {
    try (Spawned command = queue(node, words)) {
      assertThat(command.exitCode()).as("%s", command).isEqualTo(exitCode);
      assertThat(command.errors()).contains(why).doesNotContain("\tat ");
      assertThat(command.rest()).isEmpty();
    }
  }

  private static String row(NodeProcess node, String name) throws Exception {
    List<String> lines = lines(node, "list");
    assertThat(lines.getFirst())
        .matches("NAME +PENDING +OUT +CONSUMERS +REDELIVERED +DEAD +FILTERS");
    return lines.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.replaceAll(" +", " "))
        .findFirst()
        .orElse("");
  }

  @Test
  void aQueueIsMadeListedLookedIntoAndDeleted(NodeProcess node) throws Exception {
    assertThat(lines(node, "create", "cli", "--filter", "cli-queue/#", "-f", "cli-more/+"))
        .isEmpty();
    assertThat(row(node, "cli")).isEqualTo("cli 0 0 0 0 0 cli-queue/# cli-more/+");
    for (String each : List.of("one", "two", "three")) {
      MosquittoClient.pub(node, "-t", "cli-queue/" + each, "-q", "1", "-m", each);
    }
    assertThat(lines(node, "peek", "cli", "-n", "2"))
        .isEqualTo(List.of("cli-queue/one one", "cli-queue/two two"));
    assertThat(row(node, "cli")).isEqualTo("cli 3 0 0 0 0 cli-queue/# cli-more/+");
    assertThat(lines(node, "peek", "cli", "--json"))
        .singleElement()
        .asString()
        .contains("\"topic\":\"cli-queue/three\"")
        .contains("\"payload\":\"three\"")
        .contains("\"redeliveries\":0");

    // Somebody consumes one and leaves with another.
    try (RawClient consumer = QueueClient.consumer(node, "cli-consumer", "cli")) {
      QueueClient.acknowledge(consumer, QueueClient.next(consumer, "one"));
      QueueClient.next(consumer, "two");
      QueueClient.next(consumer, "three");
      consumer.expectNothingElse();
      Await.until(
          "two are with it", () -> row(node, "cli").equals("cli 2 2 1 0 0 cli-queue/# cli-more/+"));
    }
    Await.until(
        "it left with two that failed",
        () -> row(node, "cli").equals("cli 2 2 0 2 0 cli-queue/# cli-more/+"));
    assertThat(lines(node, "peek", "cli"))
        .isEqualTo(
            List.of("cli-queue/two two (redelivered 1)", "cli-queue/three three (redelivered 1)"));

    assertThat(lines(node, "delete", "cli")).isEmpty();
    assertThat(row(node, "cli")).isEmpty();
    fails(node, 1, "no such queue: 'cli'; create it with: forebay queue create", "peek", "cli");
    // Another of the same name begins with what comes from now on.
    lines(node, "create", "cli", "--filter", "cli-queue/#");
    assertThat(row(node, "cli")).isEqualTo("cli 0 0 0 0 0 cli-queue/#");
  }

  @Test
  void everyOptionArrives(NodeProcess node) throws Exception {
    lines(
        node,
        "create",
        "cli-options",
        "--filter",
        "cli-options/#",
        "--max-redeliveries",
        "3",
        "--dead-letter",
        "failed/cli",
        "--ttl",
        "1h",
        "--exclusive",
        "--order-by",
        "property:customer");
    assertThat(String.join("\n", lines(node, "list", "--json")))
        .contains(
            "{\"name\":\"cli-options\",\"filters\":[\"cli-options/#\"],\"maxRedeliveries\":3,"
                + "\"deadLetter\":\"failed/cli\",\"ttlMillis\":3600000,\"exclusive\":true,"
                + "\"orderBy\":\"property:customer\",\"pending\":0,");
  }

  @Test
  void aNameIsTakenOnce(NodeProcess node) throws Exception {
    lines(node, "create", "cli-twice", "--filter", "a");
    fails(
        node,
        1,
        "queue 'cli-twice' exists already; delete it first to give it other settings",
        "create",
        "cli-twice",
        "--filter",
        "b");
    assertThat(row(node, "cli-twice")).endsWith(" a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1 | no such queue: 'nowhere' | delete nowhere",
        "1 | a queue's name is 1 to 200 of | create a/b --filter a",
        "1 | # is the last level | create cli-bad --filter a/#/b",
        "1 | order by 'topic' or 'property:NAME', not 'colour' | create cli-bad --filter a"
            + " --order-by colour",
        "1 | messages would go in circles | create cli-bad --filter a/# --dead-letter a/dead",
        "2 | --filter | create cli-bad",
        "2 | --max-redeliveries must be 0 or more | create bad -f a --max-redeliveries -1",
        "2 | --count must be between 1 and 100 | peek cli-bad -n 101"
      })
  void aMistakeIsSaidInWords(int exitCode, String why, String words, NodeProcess node)
      throws Exception {
    fails(node, exitCode, why, words.split(" "));
  }
}
