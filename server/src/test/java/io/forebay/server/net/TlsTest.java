package io.forebay.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {

  @TempDir Path dir;

  private final House house = new House();
  private Certificates certificates;

  @BeforeEach
  void authority() throws Exception {
    certificates = new Certificates(dir);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void bytesOverTlsReachTheProtocolAndComeBack(String version) throws Exception {
    Door door = house.open(House.tls(certificates.server("a")));
    try (SSLSocket socket =
            Certificates.handshake(
                certificates.clientContext(null), House.connect(door).socket, version);
        RawClient client = new RawClient(socket)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(House.handlers(house.echo.nextChannel())).containsExactly("SslHandler", "Handler");
    }
  }

  @Test
  void aClientThatSpeaksPlainMqttIsClosed() throws Exception {
    Door door = house.open(House.tls(certificates.server("a")));
    try (RawClient client = House.connect(door)) {
      client.send("\u0010\u000c\u0000\u0004MQTT");
      client.readAll(); // perhaps a TLS alert
    }
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aHandshakeThatIsNotFinishedInTimeIsClosed() throws Exception {
    Door door = house.open(House.impatient(House.tls(certificates.server("a"))));
    try (RawClient client = House.connect(door)) {
      client.send("\u0016\u0003\u0001\u0002\u0000\u0001"); // the beginning of a ClientHello
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aClientCertificateIsVerifiedAndCanBeAskedFor() throws Exception {
    Door door = house.open(House.tls(certificates.mutual("a")));
    try (RawClient client = certificates.connect(door, certificates.issue("car66"))) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      X509Certificate shown =
          Objects.requireNonNull(ClientCertificate.of(house.echo.nextChannel()));
      assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=car66");
    }
  }

  @Test
  void aDoorWithoutClientCaAsksForNoCertificate() throws Exception {
    Door door = house.open(House.tls(certificates.server("a")));
    try (RawClient client = certificates.connect(door, certificates.issue("car66"))) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(ClientCertificate.of(house.echo.nextChannel())).isNull();
    }
  }

  @Test
  void aClientWithoutACertificateIsRefusedWhereOneIsRequired() throws Exception {
    Door door = house.open(House.tls(certificates.mutual("a")));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> certificates.connect(door, null).echo("hello"));
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aClientWithACertificateOfAStrangerIsRefused() throws Exception {
    Door door = house.open(House.tls(certificates.mutual("a")));
    X509Bundle stranger = new Certificates(dir).issue("stranger"); // an authority of the same name
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> certificates.connect(door, stranger).echo("hello"));
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aReloadShowsTheNewCertificateToNewConnectionsAndLeavesTheOldOnesAlone() throws Exception {
    Door door = house.open(House.tls(certificates.server("a")));
    try (RawClient old = certificates.connect(door)) {
      certificates.server("b");
      assertThat(door.reloadCertificates()).isTrue();
      try (RawClient fresh = certificates.connect(door)) {
        assertThat(subject(fresh)).isEqualTo("CN=b");
        assertThat(fresh.echo("fresh")).isEqualTo("fresh");
      }
      assertThat(subject(old)).isEqualTo("CN=a");
      assertThat(old.echo("old")).isEqualTo("old");
    }
  }

  @Test
  void aReloadOfUnchangedFilesDoesNothing() throws Exception {
    assertThat(house.open(House.tls(certificates.server("a"))).reloadCertificates()).isFalse();
  }

  @Test
  void aReloadOfABrokenFileKeepsTheOldCertificateUntilTheFileIsGood() throws Exception {
    TlsFiles files = certificates.server("a");
    Door door = house.open(House.tls(files));
    Files.writeString(files.certificate(), "broken");
    assertThat(door.reloadCertificates()).isFalse();
    try (RawClient client = certificates.connect(door)) {
      assertThat(subject(client)).isEqualTo("CN=a");
    }
    Files.delete(files.key());
    assertThat(door.reloadCertificates()).isFalse();
    certificates.server("b");
    assertThat(door.reloadCertificates()).isTrue();
  }

  @Test
  void aCertificateThatIsReplacedBeforeItsKeyIsTakenUpWithItsKey() throws Exception {
    TlsFiles files = certificates.server("a");
    Door door = house.open(House.tls(files));
    X509Bundle next = certificates.issue("b");
    Files.writeString(files.certificate(), next.getCertificatePathPEM());
    assertThat(door.reloadCertificates()).isFalse();
    Files.writeString(files.key(), next.getPrivateKeyPEM());
    assertThat(door.reloadCertificates()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
  void keysOfAllCommonAlgorithmsServe(CertificateBuilder.Algorithm algorithm) throws Exception {
    Door door = house.open(House.tls(certificates.write(certificates.issue("a", algorithm), null)));
    try (RawClient client = certificates.connect(door)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
  void keysInTheOlderFormatsServe(String label) throws Exception {
    CertificateBuilder.Algorithm algorithm =
        label.startsWith("RSA")
            ? CertificateBuilder.Algorithm.rsa2048
            : CertificateBuilder.Algorithm.ecp256;
    X509Bundle bundle = certificates.issue("a", algorithm);
    TlsFiles files = certificates.write(bundle, null);
    Files.writeString(
        files.key(), pem(label, insideOfPkcs8(bundle.getKeyPair().getPrivate().getEncoded())));
    try (RawClient client = certificates.connect(house.open(House.tls(files)))) {
      assertThat(client.echo("hello")).isEqualTo("hello");
    }
  }

  @Test
  void certificateAndKeyMayShareAFile() throws Exception {
    TlsFiles files = certificates.server("a");
    String both = Files.readString(files.key()) + Files.readString(files.certificate());
    Path file = certificates.file("both.pem", both);
    house.open(House.tls(new TlsFiles(file, file, null)));
  }

  @Test
  void aMissingFileIsToldWithItsPath() throws Exception {
    TlsFiles files = certificates.server("a");
    Files.delete(files.key());
    assertThatOpening(files).withMessage("mqtt listener: key " + files.key() + ": no such file");
  }

  @Test
  void aKeyOfAnotherCertificateIsTold() throws Exception {
    TlsFiles files = certificates.server("a");
    Files.writeString(files.key(), certificates.issue("b").getPrivateKeyPEM());
    assertThatOpening(files).withMessageContaining(files.key() + ": does not belong to the cert");
  }

  @Test
  void aKeyOfAnotherAlgorithmIsTold() throws Exception {
    TlsFiles files = certificates.server("a");
    X509Bundle rsa = certificates.issue("b", CertificateBuilder.Algorithm.rsa2048);
    Files.writeString(files.key(), rsa.getPrivateKeyPEM());
    assertThatOpening(files).withMessageContaining(files.key() + ": does not belong to the cert");
    Files.writeString(
        files.key(),
        pem("RSA PRIVATE KEY", insideOfPkcs8(rsa.getKeyPair().getPrivate().getEncoded())));
    assertThatOpening(files).withMessageContaining(files.key() + ": does not belong to the cert");
  }

  @Test
  void anEncryptedKeyIsToldWithTheCommandThatDecryptsIt() throws Exception {
    TlsFiles files = certificates.server("a");
    Files.writeString(files.key(), pem("ENCRYPTED PRIVATE KEY", new byte[10]));
    assertThatOpening(files)
        .withMessageContaining("decrypt it with: openssl pkey -in " + files.key());
    Files.writeString(
        files.key(),
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """);
    assertThatOpening(files)
        .withMessageContaining("decrypt it with: openssl pkey -in " + files.key());
  }

  @Test
  void filesWithoutTheRightBlockAreTold() throws Exception {
    TlsFiles files = certificates.server("a");
    assertThatOpening(new TlsFiles(files.key(), files.key(), null))
        .withMessageContaining(files.key() + ": no certificate in it");
    assertThatOpening(new TlsFiles(files.certificate(), files.certificate(), null))
        .withMessageContaining(files.certificate() + ": no private key in it");
    TlsFiles.Clients clients = new TlsFiles.Clients(files.key(), true, null);
    assertThatOpening(new TlsFiles(files.certificate(), files.key(), clients))
        .withMessageContaining(files.key() + ": no certificate in it");
  }

  @Test
  void damagedFilesAreTold() throws Exception {
    TlsFiles files = certificates.server("a");
    Path damaged = certificates.file("damaged.pem", pem("CERTIFICATE", new byte[20]));
    assertThatOpening(new TlsFiles(damaged, files.key(), null))
        .withMessageContaining(damaged + ": damaged certificate");
    Path damagedKey =
        certificates.file(
            "damaged.key", "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
    assertThatOpening(new TlsFiles(files.certificate(), damagedKey, null))
        .withMessageContaining(damagedKey + ": damaged");
  }

  private ThrowableAssertAlternative<DoorException> assertThatOpening(TlsFiles files) {
    return assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> house.open(House.tls(files)));
  }

  private static String subject(RawClient client) throws Exception {
    X509Certificate shown =
        (X509Certificate) ((SSLSocket) client.socket).getSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, "\n".getBytes(ISO_8859_1)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  /// The content of the last element: version and algorithm are skipped.
  private static byte[] insideOfPkcs8(byte[] pkcs8) {
    int version = head(pkcs8, 0);
    int algorithm = version + 3;
    int key = algorithm + 2 + pkcs8[algorithm + 1];
    return Arrays.copyOfRange(pkcs8, key + head(pkcs8, key), pkcs8.length);
  }

  private static int head(byte[] der, int at) {
    return der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f);
  }
}
