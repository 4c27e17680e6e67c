package io.forebay.security.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.security.Credentials;
import io.forebay.security.CredentialDigest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jspecify.annotations.Nullable;

/// One client's credentials, as the service sees them and as we remember them.
final class LoginRequest {
  private static final byte[] NOTHING = {};

  private LoginRequest() {}

  /// Null if the password is no text: JSON has no room for it.
  static @Nullable String json(Credentials credentials) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("clientId", credentials.clientId());
    json.put("username", credentials.username());
    try {
      json.put("password", text(credentials.password()));
    } catch (CharacterCodingException e) {
      return null;
    }
    json.put("peer", credentials.peer());
    return JsonUtil.toJson(json);
  }

  private static @Nullable String text(byte @Nullable [] password) throws CharacterCodingException {
    return password == null
        ? null
        : UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString();
  }

  /// The same for the same client id, user and password, and for nothing else. Where it comes from
  /// does not count, as its port is another one every time.
  static String digest(Credentials credentials, CredentialDigest digests) {
    String username = credentials.username();
    byte[] password = credentials.password();
    byte[] given = {(byte) (username == null ? 0 : 1), (byte) (password == null ? 0 : 1)};
    return digests.of(
        given,
        credentials.clientId().getBytes(UTF_8),
        username == null ? NOTHING : username.getBytes(UTF_8),
        password == null ? NOTHING : password);
  }
}
