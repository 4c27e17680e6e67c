package io.forebay.security.jwt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What looks like a signed token: three words of Base64url with dots between them, of which the
/// first begins as JSON's `{"` does (RFC 7515 §7.1).
final class CompactToken {
  /// HTTP servers take no longer ones either.
  static final int MOST_BYTES = 16 << 10;

  private static final Pattern FORM =
      Pattern.compile("ey[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+");

  private CompactToken() {}

  /// Null if it is something else: a password.
  static @Nullable String of(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length > MOST_BYTES) {
      return null;
    }
    String text = new String(bytes, ISO_8859_1);
    return FORM.matcher(text).matches() ? text : null;
  }
}
