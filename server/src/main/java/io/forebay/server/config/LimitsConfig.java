package io.forebay.server.config;

import java.time.Duration;

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
    @Doc("Sessions that are kept while their client is away.") int sessions) {

  /// `never`: MQTT 5 §3.1.2.11.2 gives this number of seconds the meaning that it does not expire.
  public static final Duration NEVER = Duration.ofSeconds(0xFFFF_FFFFL);

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
    Check.range("sessions", sessions, 0, Integer.MAX_VALUE);
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
        1_000_000);
  }
}
