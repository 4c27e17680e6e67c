/// The ways to show who one is, each in a room of its own, and how they are asked one after the
/// other. Knows `core` and libraries for what is not ours: hashing, tokens, YAML.
@NullMarked
package io.forebay.security;

import org.jspecify.annotations.NullMarked;
