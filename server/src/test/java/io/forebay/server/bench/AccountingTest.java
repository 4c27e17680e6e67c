package io.forebay.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.server.client.ClientOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountingTest {

  @Test
  void whatWasTakenAndNeverArrivedIsMissing() {
    Sequences taken = new Sequences();
    Sequences arrived = new Sequences();
    for (long sequence = 0; sequence < 10; sequence++) {
      taken.add(sequence);
    }
    for (long sequence : new long[] {9, 0, 3, 11}) {
      arrived.add(sequence);
    }
    assertThat(taken.missingFrom(arrived)).isEqualTo(7);
    assertThat(arrived.missingFrom(taken)).isEqualTo(1);
  }

  @Test
  void aSequenceNumberIsNewOnce() {
    Receiver receiver = new Receiver("bench/+", 2);
    assertThat(receiver.arrived(0, 5)).isTrue();
    assertThat(receiver.arrived(1, 5)).isTrue();
    assertThat(receiver.arrived(0, 5)).isFalse();
    assertThat(receiver.arrivedFrom(0).size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "bench/+, bench/3, true",
    "bench/#, bench/3, true",
    "bench/#, bench, true",
    "#, a/b/c, true",
    "$share/g/bench/+, bench/3, true",
    "bench/3, bench/3, true",
    "bench/4, bench/3, false",
    "bench/+, bench/3/x, false",
    "bench/+, bench, false",
    "bench, bench/3, false",
  })
  void aReceiverExpectsWhatItsFilterMatches(String filter, String topic, boolean expected) {
    assertThat(new Receiver(filter, 1).expects(topic)).isEqualTo(expected);
  }

  @Test
  void aStampSurvivesThePayload() {
    Stamp stamp = new Stamp(-7, 3, 1L << 40, -5);
    assertThat(Stamp.of(stamp.toPayload(100))).isEqualTo(stamp);
    assertThat(stamp.toPayload(24)).hasSize(24);
    assertThat(Stamp.of(new byte[23])).isNull();
  }

  @Test
  void aPlanNamesTheOptionThatMakesNoSense() {
    assertThatThrownBy(() -> plan(1, 23)).hasMessage("--size must be at least 24");
    assertThatThrownBy(() -> plan(0, 24))
        .hasMessage("--pubs, --subs or --connections must be above 0");
  }

  private static BenchPlan plan(int publishers, int size) {
    return new BenchPlan(
        ClientOptions.of("127.0.0.1", 1, ProtocolVersion.V5, "b"),
        publishers,
        0,
        0,
        "bench/%d",
        "bench/+",
        Qos.AT_LEAST_ONCE,
        size,
        0,
        Duration.ZERO,
        Duration.ofSeconds(1),
        10,
        1);
  }
}
