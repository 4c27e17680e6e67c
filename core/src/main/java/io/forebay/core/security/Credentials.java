package io.forebay.core.security;

import org.jspecify.annotations.Nullable;

/// What a client shows of itself when it connects.
public record Credentials(
    String clientId, @Nullable String username, byte @Nullable [] password, String peer) {}
