package io.forebay.server.config;

import java.time.Duration;

/// Section `overload`: when the node defends those it has against those who come.
public record OverloadConfig(
    @Doc(
            "Heap that is still in use after a collection, in percent, at which the node is"
                + " overloaded.")
        int memoryHigh,
    @Doc("Percent of the heap at which it is no more.") int memoryLow,
    @Doc("How late an event loop gets to its work when the node is overloaded.") Duration lagHigh,
    @Doc("How late it may be when it is no more.") Duration lagLow,
    @Doc("How long a commit to the log takes when the node is overloaded.") Duration commitHigh,
    @Doc("How long it may take when it is no more.") Duration commitLow) {

  public OverloadConfig {
    Check.range("memory-high", memoryHigh, 1, 100);
    Check.range("memory-low", memoryLow, 1, memoryHigh);
    Check.range("lag-high", lagHigh, Duration.ofMillis(1), Duration.ofHours(1));
    Check.range("lag-low", lagLow, Duration.ofMillis(1), lagHigh);
    Check.range("commit-high", commitHigh, Duration.ofMillis(1), Duration.ofHours(1));
    Check.range("commit-low", commitLow, Duration.ofMillis(1), commitHigh);
  }

  public static OverloadConfig defaults() {
    return new OverloadConfig(
        90,
        75,
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1));
  }
}
