package io.forebay.core.message;

/// A name and a value of the sender's own (MQTT 5 §3.3.2.3.7). Names may repeat, order matters.
public record UserProperty(String name, String value) {}
