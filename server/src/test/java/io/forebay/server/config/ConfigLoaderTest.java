package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  @TempDir Path folder;

  @Test
  void withoutAnySourceTheDefaultsAreInEffect() {
    assertThat(load("")).isEqualTo(Config.defaults());
    assertThat(Config.defaults().listeners().active())
        .extracting(NamedListener::name, listener -> listener.config().port())
        .containsExactly(tuple("mqtt", 1883), tuple("ws", 8083));
    assertThat(Config.defaults().streams()).containsOnlyKeys("default");
  }

  @Test
  void theFileOverridesDefaultsTheEnvironmentTheFileAndSetTheEnvironment() {
    Path file = write("limits:\n  inflight: 1\n  sessions: 1\n  subscriptions: 1\n");
    Map<String, String> environment =
        Map.of("FOREBAY_LIMITS_SESSIONS", "2", "FOREBAY_LIMITS_SUBSCRIPTIONS", "2");

    LimitsConfig limits =
        ConfigLoader.load(file, environment, List.of("limits.subscriptions=3")).limits();

    assertThat(limits.inflight()).isEqualTo(1);
    assertThat(limits.sessions()).isEqualTo(2);
    assertThat(limits.subscriptions()).isEqualTo(3);
    assertThat(limits.connections()).isEqualTo(1_000_000);
  }

  @Test
  void theLastOfTwoSetsOfOneKeyWins() {
    assertThat(load("", "node.name=a", "node.name=b").node().name()).isEqualTo("b");
  }

  @Test
  void everySectionOfTheFileIsRead() {
    Config config =
        load(
            """
            node: { name: north, data: /var/lib/forebay, disk-reserve: 1GiB, event-loops: 4, sys-interval: 0 }
            engine: embedded
            listeners:
              mqtt: { bind: "::1", port: 0, proxy-protocol: true, backlog: 10 }
              ws: { enabled: false, path: /socket }
            streams:
              vehicles: { topics: ["v/#", w], capture: all, durability: os, retain-for: 7d, retain-size: 10GiB }
              logs:
            limits: { packet-size: 2MiB, session-expiry: never, topic-length: 65535 }
            security: { allow-anonymous: true }
            """);

    assertThat(config.node())
        .isEqualTo(
            new NodeConfig(
                "north",
                Path.of("/var/lib/forebay"),
                1L << 30,
                4,
                Duration.ZERO,
                Duration.ofSeconds(5)));
    assertThat(config.listeners().mqtt().address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.listeners().mqtt().proxyProtocol()).isTrue();
    assertThat(config.listeners().active()).extracting(NamedListener::name).containsExactly("mqtt");
    assertThat(config.streams()).containsOnlyKeys("default", "logs", "vehicles");
    assertThat(config.streams().get("logs")).isEqualTo(StreamConfig.defaults());
    assertThat(config.streams().get("vehicles"))
        .isEqualTo(
            new StreamConfig(
                new Words(List.of("v/#", "w")),
                Capture.ALL,
                Durability.OS,
                Duration.ofDays(7),
                10L << 30,
                Consume.ALL));
    assertThat(config.limits().packetSizeBytes()).isEqualTo(2 << 20);
    assertThat(config.limits().sessionExpiry()).isEqualTo(LimitsConfig.NEVER);
    assertThat(config.security().allowAnonymous()).isTrue();
  }

  @Test
  void anUnknownKeyIsToldWithItsPlaceAndTheNearestKey() {
    assertThat(errors("listeners:\n  mqtt:\n    prot: 1\n"))
        .containsExactly("f.yaml:3:5: unknown key 'listeners.mqtt.prot'; did you mean 'port'?");
  }

  @Test
  void anUnknownKeyLikeNoOtherIsToldWithAllKeysOfItsSection() {
    assertThat(errors("security:\n  certificates:\n    firewall: 1\n"))
        .containsExactly(
            "f.yaml:3:5: unknown key 'security.certificates.firewall'; valid here: user, groups");
  }

  @Test
  void aKeyThatMakesNoSenseForAListenerIsUnknownThere() {
    assertThat(errors("listeners: { mqtt: { path: /mqtt }, ws: { client-ca: ca.pem } }"))
        .hasSize(2)
        .anySatisfy(error -> assertThat(error).contains("unknown key 'listeners.mqtt.path'"))
        .anySatisfy(error -> assertThat(error).contains("unknown key 'listeners.ws.client-ca'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "node: 1 | f.yaml:1:7: node: is a value where keys are wanted; give key: value",
        "node: [1] | f.yaml:1:7: node: is a list where keys are wanted; give key: value",
        "[1] | f.yaml:1:1: is a list where keys are wanted; give key: value",
        "engine: | f.yaml:1:8: engine: has no value; give one or remove the key",
        "engine: [a] | f.yaml:1:9: engine: is a list where one value is wanted; give a value",
        "engine: { a: 1 } | f.yaml:1:9: engine: is a section where one value is wanted; give a"
            + " value",
        "engine: disk | f.yaml:1:9: engine: 'disk' is not a known word; use embedded or kafka or"
            + " raft",
        "engine: raft | f.yaml:1:9: engine: raft is not in this version; use embedded or kafka",
        "{ engine: embedded, engine: kafka } | f.yaml:1:21: duplicate key 'engine'; remove one of"
            + " them",
        "node: { event-loops: many } | f.yaml:1:22: node.event-loops: 'many' is not a whole number"
            + " in range; use digits only",
        "node: { event-loops: 99999999999 } | f.yaml:1:22: node.event-loops: '99999999999' is not a"
            + " whole number in range; use a smaller one",
        "node: { event-loops: -1 } | f.yaml:1:22: node.event-loops: -1 is out of range; use 0 to"
            + " 64",
        "node: { drain-timeout: 5 } | f.yaml:1:24: node.drain-timeout: '5' is not a duration; use a"
            + " number and a unit: 250ms, 10s, 15m, 1h or 7d",
        "node: { drain-timeout: never } | f.yaml:1:24: node.drain-timeout: never is out of range;"
            + " use 0 to 1h",
        "node: { name: a b } | f.yaml:1:15: node.name: 'a b' is not a node name; use 1 to 64"
            + " characters of A-Z a-z 0-9 _ - .",
        "security: { allow-anonymous: yes } | f.yaml:1:30: security.allow-anonymous: 'yes' is not"
            + " true or false; use true or false",
        "limits: { packet-size: 1GiB } | f.yaml:1:24: limits.packet-size: 1GiB is out of range; use"
            + " 128 to 256MiB",
        "limits: { packet-size: 1KiB } | f.yaml:1:24: limits.packet-size: 1KiB has no room for a"
            + " topic of 4KiB (topic-length); make",
        "limits: { keep-alive: 1500ms } | f.yaml:1:23: limits.keep-alive: 1500ms is not a whole"
            + " number of seconds",
        "streams: { a: { durability: tape } } | f.yaml:1:29: streams.a.durability: 'tape' is not a"
            + " known word; use disk or os or memory",
        "streams: { a: { topics: [x, a/#/b] } } | f.yaml:1:25: streams.a.topics: 'a/#/b' is not a"
            + " topic filter; # is the last level of a filter and stands alone in it",
        "streams: { default: { topics: [x] } } | f.yaml:1:31: streams.default.topics: the stream"
            + " default takes what no other stream takes",
        "streams: { a b: {} } | f.yaml:1:12: streams.a b: 'a b' is not a stream name; use 1 to 64",
        "listeners: { mqtt: { port: 70000 } } | f.yaml:1:28: listeners.mqtt.port: 70000 is out of"
            + " range; use 0 to 65535",
        "listeners: { mqtt: { bind: '' } } | f.yaml:1:28: listeners.mqtt.bind: is empty;",
        "listeners: { mqtt: { port: 8083 } } | listeners.ws.port: 8083 is the port of"
            + " listeners.mqtt too",
        "listeners: { ws: { path: mqtt } } | f.yaml:1:26: listeners.ws.path: 'mqtt' is not the path"
            + " of a URL",
        "listeners: { mqtts: { port: 0 } } | f.yaml:1:29: listeners.mqtts.certificate: is missing,"
            + " and mqtts needs one",
        "listeners: { wss: { certificate: no.pem } } | f.yaml:1:34: listeners.wss.certificate:"
            + " no.pem is not a file that can be read",
        "a: 'b | f.yaml:1:6: not YAML: found unexpected end of stream",
      })
  void aFileThatCannotBeUsedIsToldWithThePlaceAndWhatToDo(String yaml, String error) {
    assertThat(errors(yaml)).singleElement().asString().startsWith(error);
  }

  @Test
  void whateverIsWrongInSeveralPlacesIsToldAtOnce() {
    assertThat(errors("engine: raft\nnode: { nam: x, event-loops: -1 }\nlimits: { inflight: 0 }\n"))
        .containsExactly(
            "f.yaml:2:9: unknown key 'node.nam'; did you mean 'name'?",
            "f.yaml:2:30: node.event-loops: -1 is out of range; use 0 to 64",
            "f.yaml:3:21: limits.inflight: 0 is out of range; use 1 to 65535");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listeners.mqtt.port=abc | 'abc' is not a whole number in range; use digits only",
        "listeners.mqtt.prot=1 | unknown key 'listeners.mqtt.prot'; did you mean 'port'?",
        "listeners.mqtt=1 | 'listeners.mqtt' is not a value; name one of its keys: enabled, bind,",
        "engine.name=1 | 'engine' has no key 'name'; it is a value itself",
        "streams=1 | 'streams' is not a value; name one of its keys",
        "streams.a=1 | 'streams.a' is not a value; name one of its keys: topics,",
        "streams.a.b.captrue=all | unknown key 'streams.a.b.captrue'; did you mean 'capture'?",
        "node.name | has no value; write --set key=value",
        "=x | has no value; write --set key=value",
      })
  void aSetThatCannotBeUsedIsToldAsItWasTyped(String set, String error) {
    assertThat(errors("", set))
        .singleElement()
        .asString()
        .startsWith("--set " + set + ": " + error);
  }

  @Test
  void anIpv6AddressNeedsNoQuotesOnALineOfItsOwn() {
    Config config = load("listeners:\n  mqtt:\n    bind: ::1\n");
    assertThat(config.listeners().mqtt().address().getAddress().getHostAddress())
        .isEqualTo("0:0:0:0:0:0:0:1");
  }

  @Test
  void aStreamWithADotInItsNameCanBeSet() {
    assertThat(load("", "streams.a.b.capture=all").streams().get("a.b"))
        .isNotNull()
        .extracting(StreamConfig::capture)
        .isEqualTo(Capture.ALL);
  }

  @Test
  void anEnvironmentVariableForNoKeyIsToldWithTheNearestOne() {
    assertThat(environmentErrors("FOREBAY_LISTENERS_MQTT_PROT", "1"))
        .containsExactly(
            "environment FOREBAY_LISTENERS_MQTT_PROT: stands for no known key;"
                + " did you mean FOREBAY_LISTENERS_MQTT_PORT?");
  }

  @Test
  void aBadValueInTheEnvironmentIsToldWithItsVariable() {
    assertThat(environmentErrors("FOREBAY_LIMITS_PACKET_SIZE", "big"))
        .singleElement()
        .asString()
        .startsWith("environment FOREBAY_LIMITS_PACKET_SIZE: 'big' is not a size; use a size");
  }

  @Test
  void variablesOfTheLauncherAndOfOthersAreNotSettings() {
    Map<String, String> environment =
        Map.of(
            "FOREBAY_JAVA_OPTS", "-Xmx1g",
            "FOREBAY_LOG", "debug",
            "FOREBAY_PASSWORD", "secret",
            "PATH", "/bin");
    assertThat(ConfigLoader.load(null, environment, List.of())).isEqualTo(Config.defaults());
  }

  @Test
  void aVariableChangesAStreamWhateverSignsAreInItsName() {
    Path file = write("streams: { My-Cars: {} }");
    Map<String, String> environment = Map.of("FOREBAY_STREAMS_MY_CARS_CAPTURE", "none");
    assertThat(ConfigLoader.load(file, environment, List.of()).streams().get("My-Cars"))
        .isNotNull()
        .extracting(StreamConfig::capture)
        .isEqualTo(Capture.NONE);
  }

  @Test
  void aVariableThatMayStandForTwoStreamsIsRefused() {
    Path file = write("streams: { my-cars: {}, my.cars: {} }");
    Map<String, String> environment = Map.of("FOREBAY_STREAMS_MY_CARS_CAPTURE", "none");
    assertThatThrownBy(() -> ConfigLoader.load(file, environment, List.of()))
        .hasMessageContaining("may stand for streams.my-cars.capture and streams.my.cars.capture");
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0", "::", "192.0.2.1"})
  void aListenerForOtherMachinesDemandsAllowAnonymous(String bind) {
    String set = "listeners.mqtt.bind=" + bind;
    assertThat(errors("", set))
        .singleElement()
        .asString()
        .contains("reachable from other machines", "security.allow-anonymous: true");
    assertThat(load("", set, "security.allow-anonymous=true").listeners().mqtt().bind())
        .isEqualTo(bind);
    assertThat(load("", set, "listeners.mqtt.enabled=false").listeners().active()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"})
  void aLoopbackListenerNeedsNoLeave(String bind) {
    assertThat(load("", "listeners.mqtt.bind=" + bind).listeners().mqtt().loopback()).isTrue();
  }

  @Test
  void aTlsListenerIsOnWhenItHasACertificate() throws IOException {
    Path pem = Files.writeString(folder.resolve("x.pem"), "");
    Config config = load("", "listeners.mqtts.certificate=" + pem, "listeners.mqtts.key=" + pem);
    assertThat(config.listeners().active())
        .anySatisfy(
            listener -> {
              assertThat(listener.name()).isEqualTo("mqtts");
              assertThat(listener.tls()).isTrue();
              assertThat(listener.webSocket()).isFalse();
            });
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    Path missing = Path.of("no-such-file.yaml");
    assertThatThrownBy(() -> ConfigLoader.load(missing, Map.of(), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "no-such-file.yaml: there is no such file; give the path of a configuration file");
  }

  @Test
  void aFileThatIsNotTextIsTold() throws IOException {
    Path file = Files.write(folder.resolve("f.yaml"), new byte[] {(byte) 0xFF, 0x00});
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .hasMessageContaining("is not UTF-8");
  }

  private Config load(String yaml, String... sets) {
    return ConfigLoader.load(write(yaml), Map.of(), List.of(sets));
  }

  private List<String> errors(String yaml, String... sets) {
    return lines(write(yaml), Map.of(), List.of(sets));
  }

  private List<String> environmentErrors(String variable, String value) {
    return lines(write(""), Map.of(variable, value), List.of());
  }

  private List<String> lines(Path file, Map<String, String> environment, List<String> sets) {
    ConfigException wrong =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, environment, sets));
    return wrong.problems().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  private Path write(String yaml) {
    try {
      return Files.writeString(folder.resolve("f.yaml"), yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
