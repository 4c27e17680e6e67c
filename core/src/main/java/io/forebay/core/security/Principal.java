package io.forebay.core.security;

import org.jspecify.annotations.Nullable;

/// Whom we let in.
///
/// @param user the name they proved, null for an anonymous client
public record Principal(@Nullable String user, String clientId) {}
