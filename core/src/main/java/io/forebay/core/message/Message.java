package io.forebay.core.message;

/// A message, from ingest on immutable: nobody writes to `payload`, so nobody needs to copy it.
///
/// @param topic a valid topic name
/// @param payload shared by the log and every delivery
/// @param qos what the publisher asked for
/// @param retain the publisher asked to keep it as the topic's latest value
/// @param publisher client id of the publisher, for no-local subscriptions
/// @param timestampMillis when it was ingested, in milliseconds of the node's clock
/// @param expiresAtMillis when it stops being of interest, [#NEVER] if it does not
public record Message(
    String topic,
    byte[] payload,
    Qos qos,
    boolean retain,
    Properties properties,
    String publisher,
    long timestampMillis,
    long expiresAtMillis) {

  public static final long NEVER = Long.MAX_VALUE;

  public boolean expired(long nowMillis) {
    return nowMillis >= expiresAtMillis;
  }

  /// Seconds that are left to live, rounded up, so that a message that still lives never says zero;
  /// -1 if it does not expire (MQTT 5 §3.3.2.3.3).
  public long remainingSeconds(long nowMillis) {
    return expiresAtMillis == NEVER ? -1 : Math.max(1, (expiresAtMillis - nowMillis + 999) / 1000);
  }

  /// An estimate of the heap this message holds, for bounds.
  public int sizeBytes() {
    return 120 + topic.length() + payload.length;
  }
}
