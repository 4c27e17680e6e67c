package io.forebay.security.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/// What clients say (RFC 5802 §7). The library builds these messages, and reads only names without
/// `,` and `=`; the proof is over the very text that came, so that text is kept.
final class ScramMessage {
  private static final int LONGEST_BYTES = 4_096;

  private ScramMessage() {}

  /// `n,,n=user,r=nonce`
  ///
  /// @param header what comes before the bare message: `n,,`
  /// @param bare `n=user,r=nonce`
  record First(String header, String bare, String user, String nonce) {

    /// @throws IllegalArgumentException if it is none that we can serve
    static First parse(byte[] data) {
      String text = text(data);
      String[] parts = text.split(",", -1);
      check(parts.length >= 4, "it is no client-first-message");
      check(parts[0].equals("n") || parts[0].equals("y"), "it wants channel binding");
      String user = userName(value('n', parts[2]));
      check(
          parts[1].isEmpty() || userName(value('a', parts[1])).equals(user),
          "it wants to act as somebody else");
      String header = parts[0] + "," + parts[1] + ",";
      return new First(header, text.substring(header.length()), user, nonce(parts[3]));
    }

    private static String nonce(String part) {
      String nonce = value('r', part);
      check(nonce.chars().allMatch(c -> c > ' ' && c < 0x7F), "its nonce is not printable");
      return nonce;
    }
  }

  /// `c=biws,r=nonce,p=proof`
  ///
  /// @param withoutProof `c=biws,r=nonce`
  record Final(String withoutProof, byte[] proof) {

    /// @param header as the first message had it
    /// @param nonce the client's and ours
    /// @throws IllegalArgumentException if it does not belong to the first one
    static Final parse(byte[] data, String header, String nonce) {
      String text = text(data);
      String[] parts = text.split(",", -1);
      check(parts.length >= 3, "it is no client-final-message");
      String binding = Base64.getEncoder().encodeToString(header.getBytes(UTF_8));
      check(value('c', parts[0]).equals(binding), "its header is another one");
      check(value('r', parts[1]).equals(nonce), "its nonce is another one");
      String last = parts[parts.length - 1];
      byte[] proof = Base64.getDecoder().decode(value('p', last));
      check(proof.length == ScramVerifier.KEY_BYTES, "its proof has a wrong length");
      return new Final(text.substring(0, text.length() - last.length() - 1), proof);
    }
  }

  private static String text(byte[] data) {
    check(data.length <= LONGEST_BYTES, "it is too long");
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8", e);
    }
  }

  private static String value(char name, String part) {
    boolean fits = part.length() > 2 && part.charAt(0) == name && part.charAt(1) == '=';
    check(fits, "its attribute '" + name + "' is missing");
    return part.substring(2);
  }

  /// `=2C` is a comma, `=3D` an equals sign, and no other `=` may be there.
  private static String userName(String escaped) {
    check(!escaped.replaceAll("=2C|=3D", "").contains("="), "its user name has a stray '='");
    return escaped.replace("=2C", ",").replace("=3D", "=");
  }

  private static void check(boolean holds, String wrong) {
    if (!holds) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
