package io.forebay.server.config;

/// A listener and the facts that its name stands for.
///
/// @param name `mqtt`, `mqtts`, `ws` or `wss`
/// @param webSocket MQTT in binary WebSocket frames
/// @param tls encrypted; then `certificate` and `key` are there
public record NamedListener(String name, boolean webSocket, boolean tls, ListenerConfig config) {}
