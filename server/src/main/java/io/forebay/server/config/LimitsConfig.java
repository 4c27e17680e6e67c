package io.forebay.server.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Section `limits`: every bound of the node stands here, their relations are checked here.
public record LimitsConfig(
    @Doc("Connections at a time; more are refused.") int connections,
    @Doc("Largest packet that is accepted, with its header. At most 256MiB.") int packetSizeBytes,
    @Doc(
            "Messages under way to one client without its acknowledgement, 1 to 65535. It begins"
                + " with 1000; a client that acknowledges a full window within a second gets twice"
                + " that.")
        int inflight,
    @Doc("Messages that one client may have under way to us (Receive Maximum), 1 to 65535.")
        int receiveMaximum,
    @Doc("Levels of a topic or topic filter, 1 to 65535.") int topicLevels,
    @Doc("Length of a topic or topic filter in UTF-8. At most 65535.") int topicLengthBytes,
    @Doc("Topic aliases that one client may set up, 0 to 65535 (MQTT 5).") int topicAliases,
    @Doc("Subscriptions of one client.") int subscriptions,
    @Doc("How long a session outlives its connection at most. never: no limit.")
        Duration sessionExpiry,
    @Doc("Longest keep alive that a client may ask for; a longer one is overridden. 0: any.")
        Duration keepAlive,
    @Doc("Time from accepting a connection to the end of its CONNECT packet.")
        Duration connectTimeout,
    @Doc("Length of a client identifier in UTF-8, 23 to 65535.") int clientIdLengthBytes,
    @Doc("A connection with more than this waiting to be written counts as slow.")
        int writeBufferBytes,
    @Doc("Retained messages.") int retainedMessages,
    @Doc("Topics and payloads of all retained messages together.") long retainedSizeBytes,
    @Doc("Messages that may wait in a declared queue; a PUBLISH beyond that is refused.")
        int queueBacklog,
    @Doc("Sessions that are kept while their client is away.") int sessions,
    @Doc("Connections from one address at a time. 0: as many as come.") int connectionsPerAddress,
    @Doc("Connections of one user at a time. 0: as many as come.") int connectionsPerUser,
    @Doc("Clients that are let in a second; more wait in the order in which they came.")
        Rate connectRate,
    @Doc("Clients that may wait for connect-rate; more are refused.") int connectQueue,
    @Doc("Messages that one client may publish a second; one that sends more is read more slowly.")
        Rate publishRate,
    @Doc("Payload bytes that one client may publish a second.") Rate publishBandwidthBytes,
    @Doc("Messages that all clients of a user together may publish a second.") Rate userPublishRate,
    @Doc("Payload bytes that all clients of a user together may publish a second.")
        Rate userPublishBandwidthBytes,
    @Doc("Messages that all clients together may publish a second.") Rate totalPublishRate,
    @Doc("Payload bytes that all clients together may publish a second.")
        Rate totalPublishBandwidthBytes,
    @Doc(
            "What happens to a client that publishes more than its own rate: wait (it is read more"
                + " slowly) or close (0x96).")
        Excess publishExcess,
    @Doc("Levels of a topic filter that may be +.") int filterWildcards,
    @Doc("Subscriptions of one client that begin with a wildcard, such as # and +/status.")
        int broadSubscriptions,
    @Doc("What users may take instead, by name.") Map<String, AllowanceConfig> users,
    @Doc(
            "What the users of a group may take instead, by the group's name. Of several groups the"
                + " first in the alphabet counts that sets a key; users come before groups.")
        Map<String, AllowanceConfig> groups) {

  /// `never`: MQTT 5 §3.1.2.11.2 gives this number of seconds the meaning that it does not expire.
  public static final Duration NEVER = Duration.ofSeconds(0xFFFF_FFFFL);

  /// What happens to a client that publishes too much.
  public enum Excess {
    WAIT,
    CLOSE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LimitsConfig {
    Check.range("connections", connections, 1, Integer.MAX_VALUE);
    Check.size("packet-size", packetSizeBytes, 128, 256 << 20);
    Check.range("inflight", inflight, 1, 65_535);
    Check.range("receive-maximum", receiveMaximum, 1, 65_535);
    Check.range("topic-levels", topicLevels, 1, 65_535);
    Check.size("topic-length", topicLengthBytes, 1, 65_535);
    Check.range("topic-aliases", topicAliases, 0, 65_535);
    Check.range("subscriptions", subscriptions, 1, Integer.MAX_VALUE);
    Check.range("session-expiry", sessionExpiry, Duration.ZERO, NEVER);
    Check.range("keep-alive", keepAlive, Duration.ZERO, Duration.ofSeconds(65_535));
    Check.wholeSeconds("session-expiry", sessionExpiry);
    Check.wholeSeconds("keep-alive", keepAlive);
    Check.range("connect-timeout", connectTimeout, Duration.ofMillis(100), Duration.ofHours(1));
    Check.size("client-id-length", clientIdLengthBytes, 23, 65_535);
    Check.size("write-buffer", writeBufferBytes, 1 << 10, 1 << 30);
    Check.range("retained-messages", retainedMessages, 0, Integer.MAX_VALUE);
    Check.size("retained-size", retainedSizeBytes, 0, 1L << 50);
    Check.range("queue-backlog", queueBacklog, 1, Integer.MAX_VALUE);
    Check.range("sessions", sessions, 0, Integer.MAX_VALUE);
    Check.range("connections-per-address", connectionsPerAddress, 0, Integer.MAX_VALUE);
    Check.range("connections-per-user", connectionsPerUser, 0, Integer.MAX_VALUE);
    Check.range("connect-queue", connectQueue, 0, Integer.MAX_VALUE);
    Check.range("filter-wildcards", filterWildcards, 0, 65_535);
    Check.range("broad-subscriptions", broadSubscriptions, 0, Integer.MAX_VALUE);
    users = Collections.unmodifiableMap(new TreeMap<>(users));
    groups = Collections.unmodifiableMap(new TreeMap<>(groups));
    Check.that(
        topicLengthBytes < packetSizeBytes,
        "packet-size",
        ByteSizes.format(packetSizeBytes)
            + " has no room for a topic of "
            + ByteSizes.format(topicLengthBytes)
            + " (topic-length)",
        "make packet-size larger or topic-length smaller");
  }

  public static LimitsConfig defaults() {
    return new LimitsConfig(
        1_000_000,
        1 << 20,
        65_535,
        1000,
        128,
        4096,
        64,
        100_000,
        Duration.ofDays(30),
        Duration.ZERO,
        Duration.ofSeconds(10),
        256,
        256 << 10,
        1_000_000,
        10L << 30,
        10_000_000,
        1_000_000,
        0,
        0,
        new Rate(10_000),
        100_000,
        Rate.UNLIMITED,
        Rate.UNLIMITED,
        Rate.UNLIMITED,
        Rate.UNLIMITED,
        Rate.UNLIMITED,
        Rate.UNLIMITED,
        Excess.WAIT,
        16,
        1_000,
        Map.of(),
        Map.of());
  }
}
