/// SCRAM-SHA-256 (RFC 5802, RFC 7677) through AUTH packets: the client proves that it knows the
/// password without sending it. Hashing is scram-common's; here are the conversation and the
/// verifiers that are stored.
@NullMarked
package io.forebay.security.scram;

import org.jspecify.annotations.NullMarked;
