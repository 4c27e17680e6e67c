package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class AclCommandTest {
  private static final String HASH =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

  @TempDir private Path directory;
  private Path file = Path.of("acl.yaml");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeRules() throws IOException {
    file = directory.resolve("acl.yaml");
    Files.writeString(
        file,
        """
        rules:
          - allow: [publish, subscribe]
            topics: ["vehicles/%c/#"]
          - deny: subscribe
            topics: ["secret/#"]
          - allow: queue
            queues: [orders]
            group: workers
          - allow: share
            topics: ["jobs/#"]
            claim: { role: worker }
          - allow: [admin, metrics]
            group: admin
          - allow: replay
            topics: ["public/#"]
        """);
  }

  private int acl(String... words) {
    List<String> arguments = new ArrayList<>(List.of("acl"));
    arguments.addAll(List.of(words));
    String[] all = arguments.toArray(String[]::new);
    CommandLine command =
        ForebayCommand.commandLine(
            config -> {
              throw new IllegalStateException("no node is started");
            },
            all);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | --user bob --client c7 --publish vehicles/c7/speed",
        "1 | --user bob --client c8 --publish vehicles/c7/speed",
        "0 | --client c7 --subscribe vehicles/c7/+",
        "1 | --client c7 --subscribe #",
        "0 | --user bob -g workers --queue orders",
        "0 | --user bob -g workers --subscribe $queue/orders",
        "1 | --user bob --queue orders",
        "0 | --claim role=guest --claim role=worker --share pool/jobs/#",
        "1 | --share pool/jobs/#",
        "0 | --user root -g admin --admin",
        "0 | --user root -g admin --publish $CONTROL/queue/v1/list",
        "0 | --user root -g admin --metrics",
        "1 | --user root -g admin --publish $SYS/x",
        "1 | --user bob --metrics",
        "0 | --replay public/x",
        "1 | --replay #",
        "0 | --user bob --connect",
      })
  void theExitCodeSaysWhetherItIsAllowed(int code, String words) {
    List<String> arguments = new ArrayList<>(List.of("test", "--file", file.toString()));
    arguments.addAll(List.of(words.split(" ")));
    assertThat(acl(arguments.toArray(String[]::new))).as("%s%s", out, err).isEqualTo(code);
    assertThat(out.toString()).startsWith(code == 0 ? "allowed: " : "denied: ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theRuleThatDecidesIsShownAndThoseThatDoNot() {
    acl("test", "--file", file.toString(), "--user", "bob\n", "--subscribe", "#");
    assertThat(out.toString().lines())
        .isEqualTo(
            List.of(
                "denied: bob\\u000a wants to subscribe to '#'",
                "rule 2 at " + file + ":4:5 decides: {deny: subscribe, topics: [secret/#]}",
                "  rule 1 at "
                    + file
                    + ":2:5 allows a part of it only: {allow: [publish, subscribe],"
                    + " topics: [vehicles/%c/#]}"));
  }

  @Test
  void groupsAreThoseOfThePasswordFile() throws IOException {
    Path passwords = directory.resolve("passwords");
    PasswordFiles.change(
        passwords, true, before -> before.with(new User("bob", HASH, Set.of("workers"), null)));
    String[] queue = {"--file", file.toString(), "--queue", "orders", "--user", "bob"};
    assertThat(acl(with(queue, "--set", "security.passwords=" + passwords))).isEqualTo(0);
    assertThat(acl(with(queue, "--passwords", passwords.toString()))).isEqualTo(0);
    assertThat(acl(with(queue))).isEqualTo(1);
    queue[5] = "eve";
    assertThat(acl(with(queue, "--passwords", passwords.toString()))).isEqualTo(1);
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(new String[] {"test"}, words, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void theSameIsThereAsJson() {
    acl("test", "--file", file.toString(), "--user", "bob", "--replay", "public/#", "--json");
    assertThat(out.toString())
        .isEqualToIgnoringNewLines(
            "{\"allowed\":true,\"user\":\"bob\",\"client\":\"client-1\",\"action\":\"replay\","
                + "\"text\":\"public/#\",\"label\":\"earliest\",\"rule\":6,\"place\":\""
                + file
                + ":14:5\",\"reason\":\"{allow: replay, topics: [public/#]}\",\"passedOver\":"
                + "[\"rule 2 at "
                + file
                + ":4:5 is about something else: {deny: subscribe, topics: [secret/#]}\"]}");
  }

  @Test
  void theRulesAreThoseOfTheConfiguration() {
    assertThat(acl("test", "--set", "security.acl=" + file, "--user", "bob", "--publish", "a"))
        .isEqualTo(1);
    assertThat(acl("check", "--set", "security.acl=" + file)).isEqualTo(0);
    assertThat(out.toString()).contains(file + ": 6 rules, nothing is wrong with them");
  }

  @Test
  void withoutSecurityEverythingIsAllowed() {
    assertThat(acl("test", "--admin")).isEqualTo(0);
    assertThat(out.toString()).contains("no security is configured, everything is allowed");
  }

  @Test
  void mistakesInTheRulesAreOneLineEach() throws IOException {
    Files.writeString(file, "rules:\n  - allow: publsh\n  - permit: all\n");
    assertThat(acl("check", file.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("forebay: " + file + ":2:12: 'publsh' is no action; use connect, publish,");
    assertThat(acl("test", "--file", file.toString(), "--admin")).isEqualTo(2);
    assertThat(acl("test", "--file", file + ".no", "--admin")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no such file").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Missing required argument | test --user bob",
        "mutually exclusive | test --publish a --queue b",
        "# is the last level | test --subscribe a/#/b",
        "a topic name holds no wildcard | test --publish a/#",
        "a queue's name is | test --queue a/b",
        "--claim reads NAME=VALUE | test --claim role --admin",
        "say what to do: test or check | \"\"",
        "give a FILE | check",
      })
  void wrongArgumentsAreToldInWords(String why, String words) {
    assertThat(acl(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(why).doesNotContain("\tat ");
  }
}
