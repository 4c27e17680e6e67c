package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedNode.class)
class WillIT {
  private static Connect mortal(String clientId, String topic, long delaySeconds) {
    Will will =
        new Will(
            topic,
            "gone".getBytes(UTF_8),
            Qos.AT_LEAST_ONCE,
            false,
            Properties.NONE,
            -1,
            delaySeconds);
    return RawClient.connect(ProtocolVersion.V5, clientId, false, 0, 60, Connect.NO_LIMIT, 0, will);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv31", "mqttv311", "mqttv5"})
  void theWillOfAKilledClientIsPublished(String version, NodeProcess node) throws Exception {
    String topic = "will/" + version;
    try (RawClient witness = RawClient.connected(node, "witness-" + version);
        Spawned victim =
            MosquittoClient.sub(
                node,
                "-V",
                version,
                "-i",
                "victim-" + version,
                "-t",
                "nothing",
                "--will-topic",
                topic,
                "--will-payload",
                "killed",
                "--will-qos",
                "1")) {
      witness.subscribe(topic, Qos.AT_LEAST_ONCE);
      victim.kill();
      Publish will = witness.read(Publish.class);
      assertThat(will.topic()).isEqualTo(topic);
      assertThat(will.payload()).asString(UTF_8).isEqualTo("killed");
      assertThat(will.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    }
  }

  @Test
  void aClientThatSaysGoodbyeLeavesNoWill(NodeProcess node) throws Exception {
    try (RawClient witness = RawClient.connected(node, "witness-bye");
        RawClient leaving = RawClient.connected(node, mortal("leaving", "will/bye", 0))) {
      witness.subscribe("will/bye", Qos.AT_LEAST_ONCE);
      leaving.send(Disconnect.of(ReasonCode.SUCCESS, null));
      leaving.expectEnd();
      witness.expectNothingElse();
    }
  }

  @Test
  void aClientCanAskForItsWillInItsGoodbye(NodeProcess node) throws Exception {
    try (RawClient witness = RawClient.connected(node, "witness-asked");
        RawClient leaving = RawClient.connected(node, mortal("asking", "will/asked", 0))) {
      witness.subscribe("will/asked", Qos.AT_LEAST_ONCE);
      leaving.send(Disconnect.of(ReasonCode.DISCONNECT_WITH_WILL, null));
      assertThat(witness.read(Publish.class).topic()).isEqualTo("will/asked");
    }
  }

  @Test
  void aDelayedWillIsCancelledByComingBackInTime(NodeProcess node) throws Exception {
    try (RawClient witness = RawClient.connected(node, "witness-delay")) {
      witness.subscribe("will/delayed/+", Qos.AT_LEAST_ONCE);
      RawClient.connected(node, mortal("returns", "will/delayed/returns", 2)).close();
      RawClient.connected(node, mortal("stays-away", "will/delayed/away", 2)).close();
      try (RawClient back = RawClient.connected(node, mortal("returns", "will/none", 9))) {
        // Both delays are the same, so what is to come of the first would be here as well.
        assertThat(witness.read(Publish.class).topic()).isEqualTo("will/delayed/away");
        RawClient.connected(node, mortal("later", "will/delayed/later", 2)).close();
        assertThat(witness.read(Publish.class).topic()).isEqualTo("will/delayed/later");
        back.expectNothingElse();
      }
    }
  }
}
