package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordMappingTest {
  private static final byte[] NO_TEXT = {(byte) 0xC3, (byte) 0x28};

  private final RecordMapping mapping =
      new RecordMapping(
          new StreamNames(List.of("vehicles", "telemetry-[0-9]+"), "forebay"),
          new RecordMapping.Limits(1000, 100, 8));

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "vehicles/car66/speed, vehicles,    car66/speed,          none",
        "vehicles,             vehicles,    none,                 none",
        "vehicles/,            vehicles,    '',                   vehicles/",
        "vehicles//a,          vehicles,    /a,                   none",
        "telemetry-7/a,        telemetry-7, a,                    none",
        "telemetry-/a,         forebay,     telemetry-/a,         none",
        "telemetry-7x/a,       forebay,     telemetry-7x/a,       none",
        "/vehicles/a,          forebay,     /vehicles/a,          none",
        "'my vehicles/a',      forebay,     'my vehicles/a',      none",
        "forebay/a,            forebay,     forebay/a,            none",
        "forebay,              forebay,     forebay,              none",
        "forebay.sessions/a,   forebay,     forebay.sessions/a,   none",
        "/,                    forebay,     /,                    none",
      })
  void aTopicHasItsPlaceInKafka(
      String mqtt, String kafka, @Nullable String key, @Nullable String header) {
    OutgoingRecord record = mapping.toRecord(message(mqtt));

    assertThat(record.topic()).isEqualTo(kafka);
    assertThat(record.key()).isEqualTo(key == null ? null : key.getBytes(UTF_8));
    assertThat(record.headers().stream().filter(h -> h.key().equals("forebay-topic")))
        .extracting(h -> new String(h.value(), UTF_8))
        .isEqualTo(header == null ? List.of() : List.of(header));
  }

  @Test
  void topicsWithADollarStayHere() {
    assertThatIllegalArgumentException().isThrownBy(() -> mapping.toRecord(message("$SYS/a")));
  }

  @Test
  void everythingAMessageCarriesIsAHeader() {
    Properties properties =
        new Properties(
            true,
            true,
            "text/plain",
            "answers/1",
            new byte[] {1, -1},
            List.of(
                new UserProperty("a", "1"),
                new UserProperty("forebay-qos", "2"),
                new UserProperty("a", "3")));
    Message message =
        new Message("a", new byte[0], Qos.EXACTLY_ONCE, true, properties, "me", 5, 4711);

    assertThat(mapping.toRecord(message).headers())
        .containsExactly(
            header("forebay-qos", "2"),
            header("forebay-retain", "1"),
            header("forebay-expires", "4711"),
            header("forebay-publisher", "me"),
            header("forebay-format", "utf8"),
            header("forebay-content-type", "text/plain"),
            header("forebay-response-topic", "answers/1"),
            new RecordHeader("forebay-correlation", new byte[] {1, -1}),
            header("a", "1"),
            header("forebay-user-forebay-qos", "2"),
            header("a", "3"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "vehicles, car66/speed, vehicles/car66/speed",
        "vehicles, none,        vehicles",
        "vehicles, '',          vehicles/",
        "vehicles, /,           vehicles//",
        "forebay,  a/b,         a/b",
        "forebay,  vehicles/x,  vehicles/x",
      })
  void aForeignRecordIsAMessageOfQos1(String kafka, @Nullable String key, String mqtt) {
    assertThat(read(kafka, key, "hello"))
        .usingRecursiveComparison()
        .isEqualTo(
            new Incoming.Taken(
                new Message(
                    mqtt,
                    "hello".getBytes(UTF_8),
                    Qos.AT_LEAST_ONCE,
                    false,
                    Properties.NONE,
                    "",
                    42,
                    Message.NEVER),
                0));
  }

  @Test
  void foreignHeadersAreUserPropertiesUnlessTheyAreNoText() {
    Incoming read =
        read(
            "vehicles",
            "a",
            "",
            header("b3", "1-2"),
            new RecordHeader("blob", NO_TEXT),
            new RecordHeader("nothing", (byte[]) null),
            header("nul", "a\0b"),
            header("nul\0", "ab"),
            new RecordHeader("long", new byte[65_536]),
            header("b3", "3-4"));

    assertThat(taken(read).properties().userProperties())
        .containsExactly(new UserProperty("b3", "1-2"), new UserProperty("b3", "3-4"));
    assertThat(((Incoming.Taken) read).headersLeftOut()).isEqualTo(5);
  }

  @Test
  void aHeaderOfALaterVersionIsIgnored() {
    Message message = taken(read("vehicles", "a", "", header("forebay-colour", "blue")));

    assertThat(message.properties()).isSameAs(Properties.NONE);
  }

  @Test
  void ofAHeaderThatIsThereTwiceTheLastCounts() {
    Header[] headers = {header("forebay-qos", "2"), header("forebay-qos", "0")};

    assertThat(taken(read("vehicles", "a", "", headers)).qos()).isEqualTo(Qos.AT_MOST_ONCE);
  }

  @Test
  void aForeignProducerMaySayTheTopicInAHeader() {
    Header topic = header("forebay-topic", "some/where");
    assertThat(taken(read("forebay", null, "", topic)).topic()).isEqualTo("some/where");
    assertThat(taken(read("forebay", "a", "", topic)).topic()).isEqualTo("some/where");
    Header within = header("forebay-topic", "vehicles/x");
    assertThat(taken(read("vehicles", null, "", within)).topic()).isEqualTo("vehicles/x");
  }

  @Test
  void whatIsNoMessageIsSkippedWithItsReason() {
    assertSkipped(SkipReason.NO_VALUE, read("vehicles", "a", null));
    assertSkipped(SkipReason.NO_KEY, read("forebay", null, "x"));
    assertSkipped(
        SkipReason.KEY_NOT_TEXT,
        mapping.fromRecord(Wire.pass("vehicles", 42, NO_TEXT, new byte[1])));
    assertSkipped(SkipReason.KEY_NOT_TEXT, read("vehicles", "a\0b", "x"));
    assertSkipped(SkipReason.NO_TOPIC_NAME, read("forebay", "", "x"));
    assertSkipped(SkipReason.NO_TOPIC_NAME, read("vehicles", "a/+", "x"));
    assertSkipped(SkipReason.NO_TOPIC_NAME, read("forebay", "#", "x"));
    assertSkipped(SkipReason.TOPIC_TOO_LONG, read("vehicles", "a".repeat(92), "x"));
    assertSkipped(SkipReason.TOPIC_TOO_LONG, read("vehicles", "é".repeat(46), "x"));
    assertSkipped(SkipReason.TOPIC_TOO_LONG, read("vehicles", "/".repeat(7), "x"));
    assertSkipped(SkipReason.RESERVED_TOPIC, read("forebay", "$SYS/broker/version", "x"));
    assertSkipped(SkipReason.RESERVED_TOPIC, read("forebay", "$CONTROL/queues/x", "x"));
    assertSkipped(SkipReason.TOO_LARGE, read("vehicles", "a", "x".repeat(1001)));
    assertSkipped(SkipReason.TOO_LARGE, read("vehicles", "a", "x".repeat(998), header("ab", "c")));
    assertSkipped(SkipReason.CHECK, read("forebay", null, "x", header("forebay-check", "1")));
  }

  @Test
  void whatIsJustSmallEnoughIsTaken() {
    taken(read("vehicles", "a".repeat(91), "x".repeat(1000)));
    taken(read("vehicles", "/".repeat(6), "x".repeat(997), header("ab", "c")));
  }

  @Test
  void aHeaderCannotNameATopicOfAnotherStream() {
    Header elsewhere = header("forebay-topic", "telemetry-7/a");
    assertSkipped(SkipReason.OTHER_STREAM, read("vehicles", "a", "x", elsewhere));
    Header reserved = header("forebay-topic", "$SYS/a");
    assertSkipped(SkipReason.RESERVED_TOPIC, read("vehicles", "a", "x", reserved));
  }

  @ParameterizedTest
  @CsvSource({
    "forebay-qos,            3",
    "forebay-qos,            ''",
    "forebay-qos,            11",
    "forebay-retain,         true",
    "forebay-expires,        soon",
    "forebay-expires,        -1",
    "forebay-expires,        9223372036854775808",
    "forebay-format,         utf-8",
    "forebay-response-topic, ''",
    "forebay-response-topic, a/+",
  })
  void aHeaderOfOursThatIsNotWhatItShouldBeIsAReasonToSkip(String name, String value) {
    assertSkipped(SkipReason.BAD_HEADER, read("vehicles", "a", "x", header(name, value)));
  }

  @Test
  void ourHeadersAreText() {
    for (String name : List.of("publisher", "topic", "content-type", "response-topic", "expires")) {
      Header header = new RecordHeader("forebay-" + name, NO_TEXT);
      assertSkipped(SkipReason.BAD_HEADER, read("vehicles", "a", "x", header));
    }
    Header nothing = new RecordHeader("forebay-correlation", (byte[]) null);
    assertSkipped(SkipReason.BAD_HEADER, read("vehicles", "a", "x", nothing));
  }

  @Test
  void aPayloadThatIsDeclaredAsTextIsText() {
    Header utf8 = header("forebay-format", "utf8");
    assertThat(taken(read("vehicles", "a", "grün", utf8)).properties().utf8Payload()).isTrue();
    assertSkipped(
        SkipReason.BAD_HEADER,
        mapping.fromRecord(Wire.pass("vehicles", 42, new byte[] {'a'}, NO_TEXT, utf8)));
  }

  private Incoming read(
      String kafka, @Nullable String key, @Nullable String value, Header... headers) {
    return mapping.fromRecord(Wire.pass(kafka, 42, bytes(key), bytes(value), headers));
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static Message taken(Incoming read) {
    assertThat(read).isInstanceOf(Incoming.Taken.class);
    return ((Incoming.Taken) read).message();
  }

  private static void assertSkipped(SkipReason reason, Incoming read) {
    assertThat(read).isEqualTo(new Incoming.Skipped(reason));
  }

  private static Message message(String topic) {
    return new Message(
        topic, new byte[0], Qos.AT_LEAST_ONCE, false, Properties.NONE, "", 0, Message.NEVER);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
