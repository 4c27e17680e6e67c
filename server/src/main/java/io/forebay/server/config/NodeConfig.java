package io.forebay.server.config;

import java.nio.file.Path;
import java.time.Duration;

/// Section `node`.
public record NodeConfig(
    @Doc("Name of this node, unique among its peers. 1 to 64 characters of A-Z a-z 0-9 _ - .")
        String name,
    @Doc("Directory of the log, sessions and retained messages; made if it is not there.")
        Path data,
    @Doc(
            "With less free space than this on the disk of the log, publishers are refused until"
                + " there is room again.")
        long diskReserveBytes,
    @Doc("Threads that serve connections. 0: one per core.") int eventLoops,
    @Doc("How often the $SYS topics are published. 0: never.") Duration sysInterval,
    @Doc("How long a stopping node waits for its clients to take what is under way.")
        Duration drainTimeout) {

  public NodeConfig {
    Check.that(
        name.matches("[A-Za-z0-9_.-]{1,64}"),
        "name",
        "'" + name + "' is not a node name",
        "use 1 to 64 characters of A-Z a-z 0-9 _ - .");
    Check.range("event-loops", eventLoops, 0, 64);
    Check.size("disk-reserve", diskReserveBytes, 0, 1L << 50);
    Check.range("sys-interval", sysInterval, Duration.ZERO, Duration.ofDays(1));
    Check.range("drain-timeout", drainTimeout, Duration.ZERO, Duration.ofHours(1));
  }

  public static NodeConfig defaults() {
    return new NodeConfig(
        "node-1", Path.of("./data"), 512L << 20, 0, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }
}
