package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Publish;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void quotesBackslashesAndControlCharactersAreEscaped() {
    assertThat(new JsonWriter().value("a\"b\\c\n\r\t\u0000\u001f/é\uD83D\uDE00").toString())
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f/é\uD83D\uDE00\"");
  }

  @Test
  void commasStandBetweenAndOnlyBetween() {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("a").beginArray().endArray();
    json.name("b").beginArray().value(1).value(true).beginObject().endObject().endArray();
    json.name("c").literal("1.5");
    assertThat(json.endObject().toString()).isEqualTo("{\"a\":[],\"b\":[1,true,{}],\"c\":1.5}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "12.50", "0.1"})
  void jsonNumbersAreNumbers(String text) {
    assertThat(JsonWriter.isNumber(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "1.", ".5", "+1", "1e5", "NaN", "1 2", "٣"})
  void whatJsonDoesNotTakeAsANumberIsNone(String text) {
    assertThat(JsonWriter.isNumber(text)).isFalse();
  }

  @Test
  void aPlainMessageHasNothingButTheBasics() {
    assertThat(MessageJson.of(message("hé".getBytes(StandardCharsets.UTF_8)), NOON))
        .isEqualTo(
            "{\"time\":\"2026-11-22T12:00:00Z\",\"topic\":\"a/b\",\"qos\":1,\"retain\":false,"
                + "\"dup\":false,\"payload\":\"hé\"}");
  }

  @Test
  void aPayloadThatIsNoUtf8IsBase64() {
    assertThat(MessageJson.of(message(new byte[] {(byte) 0xC0, (byte) 0x80}), NOON))
        .contains("\"payloadBase64\":\"wIA=\"")
        .doesNotContain("\"payload\":");
  }

  @Test
  void everyPropertyIsShown() {
    Properties properties =
        new Properties(
            true,
            true,
            "text/plain",
            "answers",
            new byte[] {1, 2, 3},
            List.of(new UserProperty("a", "1"), new UserProperty("a", "\"")));
    Publish message =
        new Publish(
            5, true, Qos.EXACTLY_ONCE, true, "t", 0, 0, new int[] {3, 4}, properties, new byte[0]);
    assertThat(MessageJson.of(message, NOON))
        .isEqualTo(
            "{\"time\":\"2026-11-22T12:00:00Z\",\"topic\":\"t\",\"qos\":2,\"retain\":true,"
                + "\"dup\":true,\"payload\":\"\",\"expiry\":0,\"payloadFormat\":\"utf-8\","
                + "\"contentType\":\"text/plain\",\"responseTopic\":\"answers\","
                + "\"correlationData\":\"AQID\","
                + "\"userProperties\":[[\"a\",\"1\"],[\"a\",\"\\\"\"]],"
                + "\"subscriptionIds\":[3,4]}");
  }

  private static Publish message(byte[] payload) {
    return new Publish(
        1,
        false,
        Qos.AT_LEAST_ONCE,
        false,
        "a/b",
        0,
        -1,
        Publish.NO_SUBSCRIPTION_IDS,
        Properties.NONE,
        payload);
  }
}
