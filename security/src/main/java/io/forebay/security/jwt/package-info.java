/// Users by signed tokens: what a token must be, where the issuer's keys come from. Knows jose4j,
/// which does the cryptography, and asks for keys as `http` does.
@NullMarked
package io.forebay.security.jwt;

import org.jspecify.annotations.NullMarked;
