package io.forebay.kafka.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.forebay.core.message.Message;
import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundTripTest {
  private static final int SEEDS = 10_000;

  private final StreamNames names =
      new StreamNames(
          List.of("vehicles", "telemetry-.*", ".*x", "forebay\\..*", "__.*"), "forebay");
  private final RecordMapping mapping =
      new RecordMapping(names, new RecordMapping.Limits(1 << 20, 65_535, 128));

  @Test
  void whatGoesToKafkaComesBackTheSame() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Message message = new RandomMessages(seed).next();
      OutgoingRecord sent = mapping.toRecord(message);

      assertThat(names.mapped(sent.topic())).as("seed %s: %s", seed, sent.topic()).isTrue();
      comesBack(message, sent, "seed " + seed);
    }
  }

  @Test
  void theLongestTopicsAndTextsComeBackTheSame() {
    String longest = "é".repeat(32_767);
    for (String topic :
        List.of("x".repeat(65_535), "vehicles/" + "y".repeat(65_526), "/".repeat(127), longest)) {
      Message message =
          new Message(topic, new byte[0], Qos.AT_LEAST_ONCE, false, Properties.NONE, longest, 0, 0);
      comesBack(message, mapping.toRecord(message), topic.substring(0, 9));
    }
  }

  @Test
  void whatANodeTookIsNotTooLargeForAnother() {
    byte[] payload = new byte[(1 << 20) + 1];
    Message message =
        new Message("a", payload, Qos.AT_MOST_ONCE, false, Properties.NONE, "", 0, Message.NEVER);

    comesBack(message, mapping.toRecord(message), "large");
  }

  @Test
  void thePartitionDependsOnTheTopicAlone() {
    for (String topic : List.of("vehicles", "vehicles/", "vehicles/a", "other", "/vehicles")) {
      Message message =
          new Message(topic, new byte[0], Qos.AT_LEAST_ONCE, false, Properties.NONE, "", 0, 0);
      OutgoingRecord record = mapping.toRecord(message);

      byte[] expected = record.key() == null ? topic.getBytes(UTF_8) : record.key();
      assertThat(record.partitionKey()).as(topic).isEqualTo(expected);
    }
  }

  @Test
  void aTopicKeepsItsPlaceWhateverWasAskedInBetween() {
    for (int i = 0; i < 20_000; i++) {
      boolean stays = "vehicles".equals(names.streamOf("vehicles/a"));
      if (!stays || names.streamOf("vehicles-" + i + "/a") != null) {
        fail("vehicles or vehicles-" + i + " has another place");
      }
    }
  }

  private void comesBack(Message message, OutgoingRecord sent, String as) {
    Incoming read = mapping.fromRecord(Wire.pass(sent));

    assertThat(read).as(as).isInstanceOf(Incoming.Taken.class);
    assertThat(parts(((Incoming.Taken) read).message())).as(as).isEqualTo(parts(message));
    assertThat(((Incoming.Taken) read).headersLeftOut()).as(as).isZero();
  }

  /// Records compare their arrays by identity.
  private static List<Object> parts(Message message) {
    Properties properties = message.properties();
    byte[] correlation = properties.correlationData();
    return List.of(
        message.topic(),
        ByteBuffer.wrap(message.payload()),
        message.qos(),
        message.retain(),
        message.publisher(),
        message.timestampMillis(),
        message.expiresAtMillis(),
        properties.formatDeclared(),
        properties.utf8Payload(),
        Optional.ofNullable(properties.contentType()),
        Optional.ofNullable(properties.responseTopic()),
        correlation == null ? "none" : ByteBuffer.wrap(correlation),
        properties.userProperties());
  }
}
