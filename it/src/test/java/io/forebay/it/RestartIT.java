package io.forebay.it;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What outlives a node. All promises are made to one node and looked at on the next one, so that
/// it takes few of them.
class RestartIT {
  private static List<RestartPromise> promises() {
    return List.of(
        new OfflineHiveMq(),
        new OfflineMosquitto(),
        new OfflinePaho(),
        new RestartedRetained(),
        new RestartedInFlight(),
        new RestartedInbound(),
        new RestartedExpiry(),
        new RestartedGroup(),
        new RestartedQueue(),
        new RestartedConsumers(),
        new RestartedReplay());
  }

  @TestFactory
  Stream<DynamicTest> afterAnOrderlyStop(@TempDir Path data) throws Exception {
    return restarted(data, true);
  }

  @TestFactory
  Stream<DynamicTest> afterAKill(@TempDir Path data) throws Exception {
    return restarted(data, false);
  }

  private static Stream<DynamicTest> restarted(Path data, boolean inOrder) throws Exception {
    List<RestartPromise> promises = promises();
    try (NodeProcess node = Durable.startBriefly(data)) {
      for (RestartPromise each : promises) {
        each.before(node);
      }
      if (inOrder) {
        node.stop();
      } else {
        node.killAndWait();
      }
    }
    NodeProcess node = Durable.startBriefly(data);
    return promises.stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> each.after(node, inOrder)))
        .onClose(node::close);
  }
}
