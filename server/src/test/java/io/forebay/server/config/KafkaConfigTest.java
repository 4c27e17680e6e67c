package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {
  private static final String ENGINE = "engine=kafka";
  private static final String SERVERS = "kafka.bootstrap.servers=k1:9092,k2:9092";

  @TempDir Path folder;

  @Test
  void theSectionHoldsItsOwnKeysAndPropertiesOfKafkasClients() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("f.yaml"),
            """
            engine: kafka
            kafka:
              bootstrap.servers: [k1:9092, "[::1]:9092"]
              streams: [vehicles, "telemetry-.*"]
              default-topic: rest
              recover: 1m
              create-topics: false
              replication-factor: 3
              partitions: 2
              node-timeout: 5s
              far-readers: 4
              retries: 7
              my.plugin.colour: blue
            streams:
              vehicles: { consume: none }
              telemetry-9: { retain-for: 1h }
            """);

    Config config = ConfigLoader.load(file, Map.of(), List.of("kafka.linger.ms=3"));

    assertThat(config.kafka())
        .isEqualTo(
            new KafkaConfig(
                new Words(List.of("vehicles", "telemetry-.*")),
                "rest",
                Duration.ofMinutes(1),
                false,
                3,
                2,
                Duration.ofSeconds(5),
                4,
                config.kafka().client()));
    assertThat(config.kafka().client().all())
        .containsExactly(
            entry("bootstrap.servers", "k1:9092,[::1]:9092"),
            entry("linger.ms", "3"),
            entry("my.plugin.colour", "blue"),
            entry("retries", "7"));
    assertThat(config.ofKafkaTopic("vehicles").consume()).isEqualTo(Consume.NONE);
    assertThat(config.ofKafkaTopic("telemetry-9").retainFor()).isEqualTo(Duration.ofHours(1));
    assertThat(config.ofKafkaTopic("telemetry-8")).isEqualTo(StreamConfig.defaults());
    assertThat(config.ofKafkaTopic("rest")).isEqualTo(config.streams().get("default"));
  }

  @Test
  void variablesSayPropertiesToo() {
    Map<String, String> environment =
        Map.of(
            "FOREBAY_ENGINE", "kafka",
            "FOREBAY_KAFKA_BOOTSTRAP_SERVERS", "k1:9092",
            "FOREBAY_KAFKA_SSL_TRUSTSTORE_LOCATION", "/t.p12",
            "FOREBAY_KAFKA_DEFAULT_TOPIC", "rest");

    KafkaConfig kafka = ConfigLoader.load(null, environment, List.of()).kafka();

    assertThat(kafka.client().all())
        .containsExactly(
            entry("bootstrap.servers", "k1:9092"), entry("ssl.truststore.location", "/t.p12"));
    assertThat(kafka.defaultTopic()).isEqualTo("rest");
  }

  @Test
  void theLaterSourceWins() {
    Map<String, String> environment = Map.of("FOREBAY_KAFKA_BOOTSTRAP_SERVERS", "k9:9092");

    Config config = ConfigLoader.load(null, environment, List.of(ENGINE, SERVERS));

    assertThat(config.kafka().client().all())
        .containsExactly(entry("bootstrap.servers", "k1:9092,k2:9092"));
  }

  @Test
  void whatIsPrintedLoadsAsTheSame() throws IOException {
    List<String> sets =
        List.of(ENGINE, SERVERS, "kafka.my.plugin.text=a \"b\" # c", "kafka.streams=v,w.*");
    EffectiveConfig printed = ConfigLoader.explain(null, Map.of(), sets);
    Path file = Files.writeString(folder.resolve("f.yaml"), printed.toYaml());

    assertThat(ConfigLoader.load(file, Map.of(), List.of())).isEqualTo(printed.config());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.keystore.password",
        "ssl.key.password",
        "ssl.keystore.key",
        "my.plugin.password",
        "my.plugin.client-secret"
      })
  void secretsAreNeverShown(String name) throws IOException {
    String secret = "kafka." + name + "=pssst";
    EffectiveConfig effective =
        ConfigLoader.explain(null, Map.of(), List.of(ENGINE, SERVERS, secret));

    assertThat(effective.config().kafka().client().all()).containsEntry(name, "pssst");
    assertThat(effective.toYaml())
        .contains("  " + name + ": \"********\"  # --set kafka." + name + "=********\n")
        .doesNotContain("pssst");
    assertThat(effective.config().toString()).doesNotContain("pssst");
    assertThat(errors(ENGINE, SERVERS, secret, "nod.name=a", "kafka.acks=all"))
        .noneMatch(error -> error.contains("pssst"));
    Path file = Files.writeString(folder.resolve("f.yaml"), effective.toYaml());
    ConfigException wrong =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, Map.of(), List.of()));
    assertThat(wrong).hasMessageContaining("kafka." + name + ": is what is printed instead");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acks=all",
        "enable.idempotence=true",
        "isolation.level=read_committed",
        "group.id=g",
        "key.serializer=a",
        "value.deserializer=a",
        "transactional.id=t",
        "enable.auto.commit=false",
        "partitioner.class=a"
      })
  void propertiesThatThePromisesRestOnAreRefused(String property) {
    assertThat(errors(ENGINE, SERVERS, "kafka." + property))
        .singleElement()
        .asString()
        .startsWith("--set kafka." + property + ": must not be set: ")
        .endsWith("; remove the key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kafka.bootstrap.server=a:1 | unknown key 'kafka.bootstrap.server'; did you mean"
            + " 'bootstrap.servers'?",
        "kafka.default.topic=a | unknown key 'kafka.default.topic'; did you mean 'default-topic'?",
        "kafka.stream=a | unknown key 'kafka.stream'; did you mean 'streams'?",
        "kafka.colourful=a | unknown key 'kafka.colourful'; valid here: streams, default-topic,",
        "kafka.partitions.max=1 | 'kafka.partitions' has no key 'max'; it is a value itself",
        "kafka.linger.ms=soon | Invalid value soon for configuration linger.ms",
        "kafka.security.protocol=MAGIC | Invalid value MAGIC for configuration security.protocol",
        "kafka.bootstrap.servers=k1 | 'k1' is no list of host:port, separated by commas; see",
        "kafka.bootstrap.servers= | '' is no list of host:port",
        "kafka.streams=a/b | 'a/b' holds a slash, which no Kafka topic has: give the first level",
        "kafka.streams=__offsets | '__offsets' is a topic for something else; name topics of Kafka",
        "kafka.streams=forebay | 'forebay' is a topic for something else",
        "kafka.streams=( | '(' is neither a Kafka topic nor a regular expression",
        "kafka.default-topic=forebay.queues | 'forebay.queues' cannot be the topic of messages",
        "kafka.replication-factor=0 | 0 is out of range; use -1 or 1 to 32767",
        "kafka.node-timeout=1s | 1s is out of range; use 2s to 10m",
      })
  void whatCannotBeUsedIsTold(String set, String error) {
    assertThat(errors(ENGINE, "kafka.bootstrap.servers=a:1", set))
        .singleElement()
        .asString()
        .startsWith("--set " + set + ": " + error);
  }

  @Test
  void theEngineNeedsBrokersAndTheSectionTheEngine() {
    assertThat(errors(ENGINE))
        .containsExactly(
            "kafka.bootstrap.servers: is missing, and engine: kafka needs it;"
                + " name some of the brokers as host:port, separated by commas");
    assertThat(errors("kafka.partitions=1"))
        .containsExactly(
            "engine: is embedded, and the section kafka says something;"
                + " set engine: kafka, or remove the section");
    assertThat(errors("streams.a.consume=none"))
        .containsExactly("--set streams.a.consume=none: is for engine: kafka only; remove the key");
  }

  @Test
  void aStreamOfKafkaIsChosenByTheFirstLevelAlone() {
    assertThat(errors(ENGINE, SERVERS, "kafka.streams=a", "streams.a.topics=x/#"))
        .singleElement()
        .asString()
        .contains("--set streams.a.topics=x/#: chooses messages");
    assertThat(errors(ENGINE, SERVERS, "streams.a.capture=all"))
        .singleElement()
        .asString()
        .contains("streams.a: is no stream of Kafka; add 'a' to kafka.streams");
    assertThat(errors(ENGINE, SERVERS, "streams.forebay.capture=all"))
        .singleElement()
        .asString()
        .contains("what concerns the default topic stands in streams.default");
    assertThat(errors(ENGINE, SERVERS, "streams.default.capture=all"))
        .singleElement()
        .asString()
        .contains("streams.default: says what is captured");
  }

  private static List<String> errors(String... sets) {
    List<String> all = new ArrayList<>(List.of(sets));
    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(null, Map.of(), all));
    return wrong.problems().stream().map(Problem::toString).toList();
  }
}
