package io.forebay.core.session;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;

/// What the broker publishes for a client that went without saying goodbye (MQTT 5 §3.1.2.5).
///
/// @param expirySeconds lifetime of the message once published, -1 if it does not expire
/// @param delaySeconds how long to wait after the connection broke; a client that comes back in
///   time is not declared dead
public record Will(
    String topic,
    byte[] payload,
    Qos qos,
    boolean retain,
    Properties properties,
    long expirySeconds,
    long delaySeconds) {}
