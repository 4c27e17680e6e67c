package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that goes by rules: what clients are told, and what becomes of them when rules change.
class AclIT {
  private static final String RULES =
      """
      rules:
        - allow: connect
          client: [car-*, watcher, root, guest-*]
        - deny: subscribe
          topics: ["secret/#"]
        - allow: [publish, subscribe]
          topics: ["cars/%c/#"]
        - allow: subscribe
          topics: ["forebay/queue/%c"]
        - allow: [subscribe, replay]
          topics: ["cars/#", "news"]
          client: watcher
        - allow: share
          topics: ["cars/#"]
          share-groups: [pool]
          client: watcher
        - allow: queue
          queues: [orders]
          client: watcher
        - allow: [metrics, admin]
          client: root
        - allow: all
          client: root
      """;

  @TempDir private Path directory;
  private Path acl = Path.of("acl.yaml");
  private Path audit = Path.of("audit.log");

  @BeforeEach
  void writeRules() throws Exception {
    acl = directory.resolve("acl.yaml");
    audit = directory.resolve("audit.log");
    Files.writeString(acl, RULES);
  }

  private NodeProcess start(String... more) throws Exception {
    List<String> settings =
        new ArrayList<>(List.of("security.acl=" + acl, "security.audit=" + audit));
    settings.addAll(List.of(more));
    return NodeProcess.start(settings.toArray(String[]::new));
  }

  private void rules(String text) throws Exception {
    Path next = Files.writeString(directory.resolve("next.yaml"), text);
    Files.move(next, acl, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Subscribe.Entry entry(String filter) {
    return new Subscribe.Entry(filter, Qos.AT_LEAST_ONCE, false, false, 0);
  }

  private static Publish publish(String topic) {
    return RawClient.publish(topic, topic.getBytes(UTF_8), Qos.AT_LEAST_ONCE, 7);
  }

  private static ReasonCode told(RawClient client, String topic) throws Exception {
    client.send(publish(topic));
    return client.read(Puback.class).reason();
  }

  private static Connect session(String clientId) {
    return RawClient.connect(ProtocolVersion.V5, clientId, false, 0, 3600);
  }

  @Test
  void eachFilterOfASubscribeIsAnsweredForItself() throws Exception {
    try (NodeProcess node = start();
        RawClient watcher = RawClient.connected(node, "watcher")) {
      queue(node, "root", 0, "create", "orders", "-f", "x");
      Suback answer =
          watcher.subscribe(
              0,
              entry("cars/+/speed"),
              entry("#"),
              entry("secret/x"),
              entry("news"),
              entry("$share/pool/cars/#"),
              entry("$share/other/cars/#"),
              entry("$queue/orders"),
              entry("$replay/earliest/news"),
              entry("$replay/earliest/#"),
              entry("$SYS/#"));
      ReasonCode yes = ReasonCode.GRANTED_QOS_1;
      ReasonCode no = ReasonCode.NOT_AUTHORIZED;
      assertThat(answer.reasons()).isEqualTo(List.of(yes, no, no, yes, yes, no, yes, yes, no, no));
      try (RawClient root = RawClient.connected(node, "root")) {
        assertThat(root.subscribe(0, entry("$SYS/#"), entry("#")).reasons())
            .isEqualTo(List.of(yes, no));
      }
    }
  }

  @Test
  void aRefusedPublishIsToldAndHarmsNobody() throws Exception {
    try (NodeProcess node = start();
        RawClient watcher = RawClient.connected(node, "watcher");
        RawClient car = RawClient.connected(node, "car-1");
        RawClient old =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V3_1_1, "car-2", true, 0, 0))) {
      watcher.subscribe("cars/#", Qos.AT_LEAST_ONCE);
      assertThat(told(car, "cars/car-2/speed")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(told(car, "$SYS/x")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      // QoS 0 has no answer; it is dropped.
      car.send(RawClient.publish("cars/car-2/x", new byte[1], Qos.AT_MOST_ONCE, 0));
      // MQTT 3 has no word for it: acknowledged and dropped.
      assertThat(told(old, "cars/car-1/speed")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(told(old, "cars/car-2/speed")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(watcher.read(Publish.class).topic()).isEqualTo("cars/car-2/speed");
      assertThat(told(car, "cars/car-1/speed")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(watcher.read(Publish.class).topic()).isEqualTo("cars/car-1/speed");
      watcher.expectNothingElse();
    }
  }

  @Test
  void aRefusedPublishOfMqtt3EndsTheConnectionIfThatIsWished() throws Exception {
    try (NodeProcess node = start("security.denied-publish=close");
        RawClient car = RawClient.connected(node, "car-1");
        RawClient old =
            RawClient.connected(
                node, RawClient.connect(ProtocolVersion.V3_1_1, "car-2", true, 0, 0))) {
      old.send(RawClient.publish("cars/car-1/x", new byte[1], Qos.AT_MOST_ONCE, 0));
      old.expectEnd();
      assertThat(told(car, "cars/car-2/speed")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(told(car, "cars/car-1/speed")).isNotEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void whoMayNotConnectIsToldSo() throws Exception {
    try (NodeProcess node = start();
        RawClient eve = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      eve.send(RawClient.v5("eve"));
      Connack answer = eve.read(Connack.class);
      assertThat(answer.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      eve.expectEnd();
    }
  }

  @Test
  void changedRulesEndConnectionsThatHoldWhatIsNotAllowedAnyMore() throws Exception {
    try (NodeProcess node = start();
        RawClient watcher = RawClient.connected(node, "watcher");
        RawClient car = RawClient.connected(node, "car-1");
        RawClient guest = RawClient.connected(node, "guest-1")) {
      watcher.subscribe("cars/#", Qos.AT_LEAST_ONCE);
      car.subscribe("cars/car-1/#", Qos.AT_LEAST_ONCE);
      assertThat(told(guest, "news")).isEqualTo(ReasonCode.NOT_AUTHORIZED);

      rules("rules: [{allow: nonsense}]");
      Await.until("the damage is told", () -> node.log().contains("'nonsense' is no action"));
      watcher.expectNothingElse();

      rules(
          """
          rules:
            - { allow: connect, client: [car-*, guest-*, watcher] }
            - { allow: [publish, subscribe], topics: "cars/%c/#" }
            - { allow: publish, topics: news, client: guest-* }
          """);
      Disconnect goodbye = watcher.read(Disconnect.class);
      assertThat(goodbye.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(goodbye.reasonString()).contains("'cars/#' is not allowed any more");
      watcher.expectEnd();
      // What was remembered of the rules before does not count.
      assertThat(told(guest, "news")).isNotEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(told(car, "cars/car-1/x")).isEqualTo(ReasonCode.SUCCESS);
      assertThat(car.read(Publish.class).topic()).isEqualTo("cars/car-1/x");

      rules("rules: [{allow: connect, client: car-*}]");
      assertThat(guest.read(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(car.read(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
    assertThat(Files.readString(audit))
        .contains("\"event\":\"acl-damaged\"")
        .contains("\"event\":\"acl-reloaded\"");
  }

  @Test
  void aResumedSessionGivesBackWhatIsNotAllowedAnyMore() throws Exception {
    try (NodeProcess node = start()) {
      try (RawClient watcher = RawClient.connected(node, session("watcher"))) {
        watcher.subscribe(0, entry("cars/#"), entry("news"));
        watcher.send(Disconnect.of(ReasonCode.SUCCESS, null));
        watcher.expectEnd();
      }
      rules(
          """
          rules:
            - { allow: subscribe, topics: news }
            - { allow: publish }
          """);
      Await.until("the rules are others", () -> node.log().contains("2 rules are in force"));
      try (RawClient car = RawClient.connected(node, "car-1");
          RawClient watcher = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        told(car, "cars/car-1/before");
        told(car, "news");
        assertThat(watcher.connect(session("watcher")).sessionPresent()).isTrue();
        assertThat(watcher.read(Publish.class).topic()).isEqualTo("news");
        told(car, "cars/car-1/after");
        watcher.expectNothingElse();
      }
    }
  }

  @Test
  void theNodeIsForThoseWhoMayAdministerIt() throws Exception {
    try (NodeProcess node = start()) {
      assertThat(queue(node, "watcher", 1, "create", "orders", "-f", "x"))
          .contains("NOT_AUTHORIZED");
      queue(node, "root", 0, "create", "orders", "-f", "x");
      queue(node, "root", 1, "create", "orders", "-f", "x");
      queue(node, "root", 0, "delete", "orders");
    }
    List<String> admin =
        Files.readAllLines(audit).stream().filter(line -> line.contains("\"admin")).toList();
    assertThat(admin).hasSize(4);
    assertThat(admin.get(0)).contains("\"admin-denied\",\"client\":\"watcher\"");
    assertThat(admin.get(1))
        .contains(
            "\"event\":\"admin\",\"client\":\"root\",\"action\":\"queue-create\","
                + "\"what\":\"orders\"}");
    assertThat(admin.get(2)).contains("\"problem\":\"queue 'orders' exists already");
    assertThat(admin.get(3)).contains("\"queue-delete\"");
  }

  /// What the command complains of.
  private static String queue(NodeProcess node, String client, int exitCode, String... words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("queue"));
    command.addAll(List.of(words));
    command.addAll(List.of("-i", client, "-p", Integer.toString(node.mqtt())));
    try (Spawned queue = NodeProcess.forebay(command.toArray(String[]::new))) {
      assertThat(queue.exitCode()).as("%s", queue).isEqualTo(exitCode);
      return queue.errors();
    }
  }

  /// Its users and rules, as they stand in docs/guide/security.md.
  @Test
  void theExampleOfTheGuideDoesWhatTheGuideSays() throws Exception {
    Path guide = Path.of(NodeProcess.property("forebay.home"), "docs", "guide", "security.md");
    Matcher example =
        Pattern.compile("in `acl.yaml`:\\s+```yaml\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(guide));
    assertThat(example.find()).isTrue();
    Files.writeString(acl, example.group(1));
    addUser("ann", "admin");
    addUser("car66", "cars");
    try (NodeProcess node = start("security.passwords=" + directory.resolve("passwords"))) {
      assertThat(as(node, "car66", "car66", 0, "pub", "-t", "cars/car66/speed", "-m", "1"))
          .isEmpty();
      assertThat(as(node, "car66", "car66", 1, "pub", "-t", "cars/car67/speed", "-m", "1"))
          .contains("NOT_AUTHORIZED (0x87): publishing to this topic is not allowed");
      assertThat(as(node, "car66", "car67", 1, "pub", "-t", "cars/car66/speed", "-m", "1"))
          .contains("NOT_AUTHORIZED (0x87)");
      assertThat(as(node, "car66", "car66", 1, "queue", "create", "q", "-f", "x")).isNotEmpty();
      as(node, "ann", "ann", 0, "queue", "create", "q", "-f", "x");
    }
    assertThat(Files.readAllLines(audit))
        .anyMatch(line -> line.contains("\"login\",\"user\":\"car66\",\"client\":\"car66\""))
        .anyMatch(
            line -> line.contains("\"connect-denied\",\"user\":\"car66\",\"client\":\"car67\""))
        .anyMatch(
            line ->
                line.contains("\"admin\",\"user\":\"ann\",\"client\":\"ann\"")
                    && line.contains("\"queue-create\""));
  }

  private void addUser(String name, String group) throws Exception {
    Path password = Files.writeString(directory.resolve(name + ".pw"), "of " + name);
    try (Spawned add =
        NodeProcess.forebay(
            "user",
            "add",
            name,
            "--group",
            group,
            "--password-file",
            password.toString(),
            "--file",
            directory.resolve("passwords").toString())) {
      add.succeeded();
    }
  }

  /// What a command complains of that a user runs under a client id.
  private String as(NodeProcess node, String user, String client, int exitCode, String... words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("-u", user, "--password-file"));
    command.addAll(List.of(directory.resolve(user + ".pw").toString(), "-i", client));
    command.addAll(List.of("-p", Integer.toString(node.mqtt())));
    if (words[0].equals("pub")) {
      command.addAll(List.of("-q", "1"));
    }
    try (Spawned run = NodeProcess.forebay(command.toArray(String[]::new))) {
      assertThat(run.exitCode()).as("%s", run).isEqualTo(exitCode);
      return run.errors();
    }
  }

  @Test
  void rulesThatCannotBeUsedStopTheStart() throws Exception {
    Files.writeString(acl, "rules:\n  - allow: publsh\n");
    try (Spawned node =
        NodeProcess.forebay(
            "serve",
            "--set",
            "security.acl=" + acl,
            "--set",
            "listeners.mqtt.port=0",
            "--set",
            "listeners.ws.port=0",
            "--set",
            "node.data=" + directory.resolve("data"))) {
      assertThat(node.exitCode()).isEqualTo(2);
      assertThat(node.errors())
          .startsWith("forebay: " + acl + ":2:12: 'publsh' is no action; use connect, publish,");
    }
  }

  @Test
  void theAuditLogSaysWhoCameAndWhatWasRefused() throws Exception {
    try (NodeProcess node = start();
        RawClient car = RawClient.connected(node, "car-1")) {
      told(car, "cars/car-2/x");
      told(car, "cars/car-2/x");
      car.subscribe("#", Qos.AT_MOST_ONCE);
    }
    List<String> lines = Files.readAllLines(audit);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .matches(
            "\\{\"time\":\"[0-9T:.-]+Z\",\"event\":\"login\",\"client\":\"car-1\","
                + "\"peer\":\"127.0.0.1:\\d+\"}");
    // The second is remembered, and not asked again.
    assertThat(lines.get(1))
        .contains("\"event\":\"publish-denied\",\"client\":\"car-1\",\"topic\":\"cars/car-2/x\"");
    assertThat(lines.get(2))
        .contains("\"event\":\"subscribe-denied\",\"client\":\"car-1\",\"filter\":\"#\"");
  }
}
