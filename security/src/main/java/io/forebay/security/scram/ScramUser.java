package io.forebay.security.scram;

import java.util.Set;

/// Somebody who can prove to be who he is.
///
/// @param groups that he is in
public record ScramUser(Set<String> groups, ScramVerifier verifier) {}
