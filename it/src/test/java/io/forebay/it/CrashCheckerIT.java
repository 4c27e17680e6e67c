package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// [CrashIT] is worth what its checker finds: here are nodes that break their word, and it has to
/// say so.
@ExtendWith(SharedNode.class)
class CrashCheckerIT {
  @Test
  void whatANodeInMemoryLosesByKillsIsFound(@TempDir Path data) throws Exception {
    try (Crashes crashes = new Crashes(data, new Random(1), "streams.default.durability=memory")) {
      crashes.roundThatNobodySees();
      crashes.round();
      crashes.finish();
      assertThat(crashes.findings())
          .contains("the session of sub-1 is lost", "the session of two-a is lost")
          .anyMatch(each -> each.startsWith("sub-1 lost one-a 0 to "))
          .anyMatch(each -> each.startsWith("sub-1 lost two-b 0 to "))
          .anyMatch(each -> each.startsWith("sub-2 lost one-b 0 to "))
          .anyMatch(each -> each.startsWith("sub-2 lost two-a 0 to "));
    }
  }

  @Test
  void aMessageThatComesTwiceAtQos2IsFound(NodeProcess node) throws Exception {
    CrashChecker checker = new CrashChecker();
    CrashSubscriber subscriber = new CrashSubscriber("sees-twice", Qos.EXACTLY_ONCE, checker);
    subscriber.subscribe(node.mqtt());
    try (RawClient publisher = RawClient.connected(node, "says-twice");
        RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      for (String payload : List.of("says-twice 0", "says-twice 0", "says-twice 1")) {
        publisher.send(
            RawClient.publish("crash/twice", payload.getBytes(UTF_8), Qos.EXACTLY_ONCE, 1));
        publisher.read(Pubrec.class);
        publisher.send(Pubrel.of(1, ReasonCode.SUCCESS));
        publisher.read(Pubcomp.class);
      }
      CompletableFuture<Void> ended = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try {
              subscriber.listen(client);
              ended.complete(null);
            } catch (Exception | AssertionError e) {
              ended.completeExceptionally(e);
            }
          });
      Await.until("all has come", () -> checker.received("sees-twice", "says-twice") == 2);
      client.closeOutput();
      ended.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(checker.findings()).containsExactly("sees-twice got says-twice 0 twice, at QoS 2");
  }
}
