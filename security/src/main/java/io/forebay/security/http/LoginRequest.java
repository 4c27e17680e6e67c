package io.forebay.security.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.security.Credentials;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.json.JsonUtil;
import org.jspecify.annotations.Nullable;

/// One client's credentials, as the service sees them and as we remember them.
final class LoginRequest {
  /// A key of this process, so that nobody can try passwords on a heap dump as fast as SHA-256 is.
  private static final SecretKeySpec KEY = newKey();

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
  static String digest(Credentials credentials) {
    try {
      Mac mac = Mac.getInstance(KEY.getAlgorithm());
      mac.init(KEY);
      add(mac, credentials.clientId().getBytes(UTF_8));
      String username = credentials.username();
      add(mac, username == null ? null : username.getBytes(UTF_8));
      add(mac, credentials.password());
      return new String(mac.doFinal(), ISO_8859_1);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + KEY.getAlgorithm(), e);
    }
  }

  /// With its length, so that "ab" and "c" are not "a" and "bc".
  private static void add(Mac mac, byte @Nullable [] part) {
    int length = part == null ? -1 : part.length;
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    if (part != null) {
      mac.update(part);
    }
  }

  private static SecretKeySpec newKey() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return new SecretKeySpec(random, "HmacSHA256");
  }
}
