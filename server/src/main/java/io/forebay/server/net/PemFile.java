package io.forebay.server.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A PEM file as it was when it was read (RFC 7468). Text around the blocks is ignored, as there.
///
/// @param path for messages
/// @param text the whole content
record PemFile(Path path, String text) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /// Room for the CRL of an authority that has revoked a hundred thousand certificates.
  private static final long MAX_BYTES = 8 << 20;

  /// @param label `RSA PRIVATE KEY`
  /// @param body what stands between the two lines
  record Block(String label, String body) {

    /// @throws IllegalArgumentException if the body is not Base64
    byte[] der() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  static PemFile read(String what, Path path) throws DoorException {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new DoorException(what + " " + path + ": too large for a PEM file, over 8 MiB");
      }
      return new PemFile(path, Files.readString(path, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new DoorException(what + " " + path + ": no such file", e);
    } catch (IOException e) {
      throw new DoorException(what + " " + path + ": cannot be read, " + e, e);
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /// All certificates in their order; never none.
  List<X509Certificate> certificates() throws DoorException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new DoorException(
          path + ": no certificate in it; a block -----BEGIN CERTIFICATE----- is needed");
    }
    return certificates;
  }

  private X509Certificate certificate(Block block) throws DoorException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new DoorException(path + ": damaged certificate, " + e.getMessage(), e);
    }
  }

  /// All certificate revocation lists; never none.
  List<X509CRL> crls() throws DoorException {
    List<X509CRL> crls = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.label().equals("X509 CRL")) {
        crls.add(crl(block));
      }
    }
    if (crls.isEmpty()) {
      throw new DoorException(path + ": no CRL in it; a block -----BEGIN X509 CRL----- is needed");
    }
    return crls;
  }

  private X509CRL crl(Block block) throws DoorException {
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | CRLException | IllegalArgumentException e) {
      throw new DoorException(path + ": damaged CRL, " + e.getMessage(), e);
    }
  }
}
