package io.forebay.server.net;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the private key that belongs to a certificate: PKCS#8, or the older PKCS#1 (RSA) and SEC 1
/// (elliptic curves), which the JDK does not know and which are wrapped here into a PKCS#8.
final class PrivateKeyFile {

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private PrivateKeyFile() {}

  /// @param certified the certificate's public key
  static PrivateKey read(PemFile file, PublicKey certified) throws DoorException {
    PrivateKey key = parse(pkcs8(file, certified));
    if (key == null) {
      throw new DoorException(
          "key "
              + file.path()
              + ": does not belong to the certificate, or is neither RSA, EC nor EdDSA");
    }
    if (!belongTogether(key, certified)) {
      throw new DoorException(
          "key "
              + file.path()
              + ": does not belong to the certificate; the first certificate in its file must be"
              + " the server's own");
    }
    return key;
  }

  private static byte[] pkcs8(PemFile file, PublicKey certified) throws DoorException {
    for (PemFile.Block block : file.blocks()) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return pkcs8(file.path(), block, certified);
      }
    }
    throw new DoorException(
        "key "
            + file.path()
            + ": no private key in it; a block -----BEGIN PRIVATE KEY----- is needed");
  }

  private static byte[] pkcs8(Path path, PemFile.Block block, PublicKey certified)
      throws DoorException {
    if (block.label().startsWith("ENCRYPTED") || block.body().contains("ENCRYPTED")) {
      throw new DoorException(
          "key "
              + path
              + ": encrypted keys are not supported; decrypt it with: openssl pkey -in "
              + path
              + " -out FILE");
    }
    try {
      byte[] der = block.der();
      return switch (block.label()) {
        case "PRIVATE KEY" -> der;
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrap(der, certified);
        default -> throw new DoorException("key " + path + ": unsupported kind " + block.label());
      };
    } catch (IllegalArgumentException e) {
      throw new DoorException("key " + path + ": damaged, " + e.getMessage(), e);
    }
  }

  /// PKCS#8 is SEQUENCE { version 0, AlgorithmIdentifier, OCTET STRING key }. The algorithm, with
  /// its curve, is the one the certificate states for the public key; for another key it is wrong,
  /// and then the two do not belong together anyway.
  private static byte[] wrap(byte[] key, PublicKey certified) {
    return Der.sequence(
        Der.integer(0), Der.firstElement(certified.getEncoded()), Der.octetString(key));
  }

  private static @Nullable PrivateKey parse(byte[] pkcs8) {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException _) {
        // a key of another algorithm
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(algorithm + " is missing in this JDK", e);
      }
    }
    return null;
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) {
    if (key instanceof RSAKey mine && certified instanceof RSAKey theirs) {
      return mine.getModulus().equals(theirs.getModulus());
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
