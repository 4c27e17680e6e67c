package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Two clients that do everything right beside others that do not: one publishes at QoS 1, the
/// other gets each message, in order. They go on until they are closed.
final class BehavedPair implements AutoCloseable {
  private static final String TOPIC = "behaved/pair";

  private final RawClient publisher;
  private final RawClient subscriber;
  private final Thread thread;
  private volatile int exchanged;
  private volatile boolean enough;
  private volatile @Nullable Throwable failure;

  private BehavedPair(NodeProcess node) throws Exception {
    subscriber = RawClient.connected(node, "behaved-subscriber");
    subscriber.subscribe(TOPIC, Qos.AT_LEAST_ONCE);
    publisher = RawClient.connected(node, "behaved-publisher");
    thread = Thread.ofVirtual().unstarted(this::run);
  }

  /// Connects the two; they begin at once.
  static BehavedPair on(NodeProcess node) throws Exception {
    BehavedPair pair = new BehavedPair(node);
    pair.thread.start();
    pair.goesOn();
    return pair;
  }

  private void run() {
    try {
      while (!enough) {
        exchange();
      }
    } catch (Exception | AssertionError e) {
      failure = e;
    }
  }

  private void exchange() throws Exception {
    int number = exchanged;
    int id = number % 65_535 + 1;
    byte[] payload = ByteBuffer.allocate(64).putInt(number).array();
    publisher.send(RawClient.publish(TOPIC, payload, Qos.AT_LEAST_ONCE, id));
    Publish message = subscriber.read(Publish.class);
    assertThat(ByteBuffer.wrap(message.payload()).getInt()).isEqualTo(number);
    subscriber.send(Puback.of(message.packetId(), ReasonCode.SUCCESS));
    assertThat(publisher.read(Puback.class).packetId()).isEqualTo(id);
    exchanged = number + 1;
  }

  /// Waits until they have exchanged some more messages.
  void goesOn() throws Exception {
    int before = exchanged;
    Await.until(
        "a well-behaved pair is served",
        () -> {
          check();
          return exchanged >= before + 20;
        });
  }

  private void check() {
    Throwable why = failure;
    if (why != null) {
      throw new AssertionError("a well-behaved pair failed after " + exchanged + " messages", why);
    }
  }

  /// Asserts that they were served until now.
  @Override
  public void close() throws Exception {
    enough = true;
    thread.join();
    publisher.close();
    subscriber.close();
    check();
  }
}
