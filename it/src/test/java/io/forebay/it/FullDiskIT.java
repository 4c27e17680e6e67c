package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is really full: a small file system in memory, which root may mount.
class FullDiskIT {
  private static final int DISK_MIB = 96;
  private static final int FILLER_MIB = 48;
  private static final int PAYLOAD_BYTES = 64 << 10;
  private static final int WINDOW = 16;

  /// What fits twice would be more than the disk; then it was never full.
  private static final int MOST_MESSAGES = 2 * (DISK_MIB << 20) / PAYLOAD_BYTES;

  /// A file system of its own, until it is closed.
  private record SmallDisk(Path at) implements AutoCloseable {
    static SmallDisk mount(Path at) throws Exception {
      boolean mounted;
      try (Spawned mount =
          Spawned.start(
              List.of(
                  "mount",
                  "-t",
                  "tmpfs",
                  "-o",
                  "size=" + DISK_MIB + "m",
                  "forebay-it",
                  at.toString()))) {
        mounted = mount.exitCode() == 0;
      } catch (IOException e) {
        mounted = false;
      }
      assumeTrue(mounted, "skipped: to mount a tmpfs takes root, and Linux");
      return new SmallDisk(at);
    }

    @Override
    public void close() {
      try (Spawned umount = Spawned.start(List.of("umount", at.toString()))) {
        umount.succeeded();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aFullDiskRefusesMessagesAndGoesOnWhenThereIsRoom(@TempDir Path folder) throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder)) {
      Path filler = Files.write(disk.at().resolve("filler"), new byte[FILLER_MIB << 20]);
      Path data = disk.at().resolve("data");
      Sequence sequence = new Sequence();
      try (NodeProcess node = Durable.startBriefly(data, "node.disk-reserve=0")) {
        fillAndFree(node, filler, sequence);
        sequence.checkAllAreThere(node);
        assertThat(node.log()).contains("No space left").doesNotContain("ERROR", "      at ");
        node.killAndWait();
      }
      try (NodeProcess node = Durable.startBriefly(data, "node.disk-reserve=0")) {
        sequence.checkAllAreThere(node);
        node.stop();
      }
    }
  }

  private static void fillAndFree(NodeProcess node, Path filler, Sequence sequence)
      throws Exception {
    try (RawClient publisher = RawClient.connected(node, "full-pub")) {
      sequence.publishUntilRefused(publisher);
      Files.delete(filler);
      sequence.readRest(publisher);
      Await.until("messages are taken again", () -> sequence.publish(publisher));
    }
    assertThat(sequence.acknowledged).hasSizeGreaterThan(WINDOW);
  }

  /// Numbered messages, as large as to fill a disk soon.
  private static final class Sequence {
    final TreeSet<Integer> acknowledged = new TreeSet<>();

    /// Sent and not answered: number and packet id are the same.
    private final Deque<Integer> underWay = new ArrayDeque<>();

    private int next = 1;

    void publishUntilRefused(RawClient publisher) throws IOException {
      boolean taken = true;
      while (taken) {
        assertThat(next).as("messages on a small disk").isLessThan(MOST_MESSAGES);
        while (underWay.size() < WINDOW) {
          send(publisher);
        }
        taken = answer(publisher);
      }
    }

    /// What was written when the disk became full is answered when that is known.
    void readRest(RawClient publisher) throws IOException {
      while (!underWay.isEmpty()) {
        answer(publisher);
      }
    }

    boolean publish(RawClient publisher) throws IOException {
      send(publisher);
      return answer(publisher);
    }

    private void send(RawClient publisher) throws IOException {
      byte[] payload = Arrays.copyOf((next + " ").getBytes(UTF_8), PAYLOAD_BYTES);
      publisher.send(RawClient.publish("full/x", payload, Qos.AT_LEAST_ONCE, next));
      underWay.add(next++);
    }

    /// @return whether it was taken
    private boolean answer(RawClient publisher) throws IOException {
      Puback answer = publisher.read(Puback.class);
      assertThat(underWay.remove(answer.packetId())).as("%s", answer).isTrue();
      if (answer.reason().failure()) {
        assertThat(answer.reason())
            .isIn(ReasonCode.QUOTA_EXCEEDED, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        assertThat(answer.reasonString()).isNotEmpty();
        return false;
      }
      acknowledged.add(answer.packetId());
      return true;
    }

    void checkAllAreThere(NodeProcess node) throws IOException {
      TreeSet<Integer> found = new TreeSet<>();
      try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
        client.connect(RawClient.v5("full-replay"));
        client.subscribe("$replay/earliest/full/x", Qos.AT_LEAST_ONCE);
        while (found.isEmpty() || found.last() < acknowledged.last()) {
          Publish message = client.read(Publish.class);
          String payload = new String(message.payload(), UTF_8);
          found.add(Integer.valueOf(payload.substring(0, payload.indexOf(' '))));
          client.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
        }
      }
      assertThat(found).containsAll(acknowledged);
    }
  }
}
