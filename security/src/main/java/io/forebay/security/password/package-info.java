/// Users with passwords: the file they are kept in, its editing, and the check of logins against
/// it. Hashing (Argon2id) is password4j's, and happens on threads of its own. Knows `scram` for the
/// verifiers that users may have beside their hash.
@NullMarked
package io.forebay.security.password;

import org.jspecify.annotations.NullMarked;
