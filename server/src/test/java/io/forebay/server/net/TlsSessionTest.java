package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a TLS door agrees on with its clients, and what it remembers of them.
class TlsSessionTest {
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

  private static void visit(SSLContext client, Door door, String version) throws Exception {
    try (RawClient once =
        new RawClient(Certificates.handshake(client, House.connect(door).socket, version))) {
      assertThat(once.echo("hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aClientThatComesAgainResumesItsSession(String version) throws Exception {
    Door door = house.open(House.tls(certificates.server("a")));
    CountingTrust trust = new CountingTrust(certificates);
    visit(trust.context(null), door, version);
    visit(trust.context, door, version);
    assertThat(trust.asked).isEqualTo(1);
    visit(trust.context(null), door, version);
    assertThat(trust.asked).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void theClientCertificateIsKnownInAResumedSession(String version) throws Exception {
    Door door = house.open(House.tls(certificates.mutual("a")));
    X509Bundle car = certificates.issue("car66");
    CountingTrust trust = new CountingTrust(certificates);
    visit(trust.context(car), door, version);
    house.echo.nextChannel();
    try (RawClient again =
        new RawClient(Certificates.handshake(trust.context, House.connect(door).socket, version))) {
      assertThat(again.echo("hello")).isEqualTo("hello");
      assertThat(trust.asked).isEqualTo(1);
      assertThat(ClientCertificate.of(house.echo.nextChannel())).isEqualTo(car.getCertificate());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
      })
  void suitesWithoutForwardSecrecyOrAuthenticatedEncryptionAreRefused(String suite)
      throws Exception {
    X509Bundle rsa = certificates.issue("a", CertificateBuilder.Algorithm.rsa2048);
    Door door = house.open(House.tls(certificates.write(rsa, null)));
    SSLContext client = certificates.clientContext(null);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> handshake(client, door, suite));
    assertThat(handshake(client, door, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
        .isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }

  private static String handshake(SSLContext client, Door door, String suite) throws Exception {
    try (RawClient plain = House.connect(door);
        SSLSocket socket =
            (SSLSocket)
                client.getSocketFactory().createSocket(plain.socket, "localhost", 0, true)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {suite});
      socket.startHandshake();
      return socket.getSession().getCipherSuite();
    }
  }
}
