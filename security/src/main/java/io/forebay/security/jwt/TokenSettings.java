package io.forebay.security.jwt;

import io.forebay.core.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a token must say, and where it says who one is.
///
/// @param issuer null: any
/// @param audience null: any
/// @param leewaySeconds how far the issuer's clock may be ahead of ours
/// @param user claim that names the user
/// @param groups claim that lists its groups
/// @param rules claim that holds rules
/// @param readRules makes rules of that claim's value, and throws IllegalArgumentException if it
///   has none
public record TokenSettings(
    @Nullable String issuer,
    @Nullable String audience,
    int leewaySeconds,
    String user,
    String groups,
    String rules,
    Function<Object, Principal.Rules> readRules) {}
