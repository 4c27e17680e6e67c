package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A data directory that is too small, taken or damaged.
class DiskIT {
  /// No disk has as much.
  private static final String RESERVE_OF_A_FULL_DISK = "node.disk-reserve=1024TiB";

  private static final int BACKLOG = 10;
  private static final Connect KEEP =
      RawClient.connect(ProtocolVersion.V5, "disk-away", false, 0, 3_600);

  @Test
  void belowTheReserveMessagesAreRefusedAndAcknowledgementsAreKept(@TempDir Path data)
      throws Exception {
    try (NodeProcess node = Durable.startBriefly(data)) {
      leave(node, true);
      try (HiveMq5Client publisher = new HiveMq5Client(node, "disk-pub")) {
        for (int i = 0; i < BACKLOG; i++) {
          publisher.publish("disk/x", Integer.toString(i).getBytes(UTF_8), 1, false);
        }
      }
      node.stop();
    }
    try (NodeProcess full = Durable.startBriefly(data, RESERVE_OF_A_FULL_DISK)) {
      mqtt5IsToldWhy(full);
      mqtt3IsDisconnected(full);
      try (RawClient client = RawClient.connected(full, KEEP)) {
        for (int i = 0; i < BACKLOG; i++) {
          Publish message = client.read(Publish.class);
          assertThat(message.payload()).asString(UTF_8).isEqualTo(Integer.toString(i));
          client.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
        }
        client.expectNothingElse();
      }
      full.stop();
    }
    try (NodeProcess node = Durable.startBriefly(data)) {
      leave(node, false);
      node.stop();
    }
  }

  /// Connects, gets nothing, and goes.
  private static void leave(NodeProcess node, boolean subscribe) throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      assertThat(client.connect(KEEP).sessionPresent()).isEqualTo(!subscribe);
      if (subscribe) {
        client.subscribe("disk/x", Qos.AT_LEAST_ONCE);
      }
      client.expectNothingElse();
      client.send(Disconnect.of(ReasonCode.SUCCESS, null));
      client.expectEnd();
    }
  }

  private static void mqtt5IsToldWhy(NodeProcess node) throws Exception {
    try (RawClient client = RawClient.connected(node, "disk-5")) {
      client.send(RawClient.publish("disk/x", new byte[1], Qos.AT_LEAST_ONCE, 1));
      Puback refused = client.read(Puback.class);
      assertThat(refused.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(refused.reasonString()).contains("MiB left", "kept free");
      client.expectNothingElse();
    }
  }

  private static void mqtt3IsDisconnected(NodeProcess node) throws Exception {
    Connect three = RawClient.connect(ProtocolVersion.V3_1_1, "disk-3", true, 0, 0);
    try (RawClient client = RawClient.connected(node, three)) {
      client.send(RawClient.publish("disk/x", new byte[1], Qos.AT_LEAST_ONCE, 1));
      client.expectEnd();
    }
  }

  @Test
  void aSecondNodeOnTheSameDirectoryDoesNotStart(@TempDir Path data) throws Exception {
    try (NodeProcess first = Durable.startBriefly(data)) {
      refusesToStart(data, "another Forebay uses the data directory " + data);
      MosquittoClient.pub(first, "-t", "disk/two", "-q", "1", "-m", "still there");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CURRENT", "MANIFEST-"})
  void aDamagedFileStopsTheStartInWordsAndNothingIsChanged(String file, @TempDir Path data)
      throws Exception {
    try (NodeProcess node = Durable.startBriefly(data)) {
      MosquittoClient.pub(node, "-t", "disk/damaged", "-q", "1", "-m", "x");
      node.stop();
    }
    Path damaged = find(data, file);
    byte[] good = Files.readAllBytes(damaged);
    Files.writeString(damaged, "this is not what was here\n");
    refusesToStart(data, data.toString(), "damaged");
    Files.write(damaged, good);
    try (NodeProcess node = Durable.startBriefly(data);
        Spawned sub =
            MosquittoClient.start(
                MosquittoClient.command(
                    "mosquitto_sub",
                    node.mqtt(),
                    "-t",
                    "$replay/earliest/disk/damaged",
                    "-C",
                    "1"))) {
      assertThat(sub.line()).isEqualTo("x");
    }
  }

  private static Path find(Path data, String start) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      return files
          .filter(each -> String.valueOf(each.getFileName()).startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void refusesToStart(Path data, String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    for (String each : Durable.settings(data, "listeners.mqtt.port=0", "listeners.ws.port=0")) {
      arguments.addAll(List.of("--set", each));
    }
    try (Spawned node = NodeProcess.forebay(arguments.toArray(String[]::new))) {
      assertThat(node.exitCode()).as("%s", node).isEqualTo(2);
      assertThat(node.rest()).isEmpty();
      assertThat(node.errors()).contains(words).doesNotContain("\tat ").doesNotContain("ERROR");
    }
  }
}
