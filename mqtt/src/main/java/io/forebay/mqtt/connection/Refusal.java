package io.forebay.mqtt.connection;

import io.forebay.mqtt.ReasonCode;

/// Why something is not done, for the client.
///
/// @param detail in words for people
record Refusal(ReasonCode reason, String detail) {}
