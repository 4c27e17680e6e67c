package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users with client certificates, of an authority of this test.
class CertificateIT {
  @TempDir private Path dir;

  private X509Bundle authority;
  private X509Bundle lost;

  @BeforeEach
  void authority() throws Exception {
    authority =
        new CertificateBuilder()
            .subject("CN=authority of a test")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    write("ca.pem", authority.getCertificatePEM());
    issue("server");
    issue("good");
    lost = issue("lost");
  }

  private X509Bundle issue(String name) throws Exception {
    X509Bundle issued =
        new CertificateBuilder()
            .subject("CN=" + name + ",OU=meters")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    write(name + ".pem", issued.getCertificatePathPEM());
    write(name + ".key", issued.getPrivateKeyPEM());
    return issued;
  }

  private String revoke(X509Bundle... revoked) throws Exception {
    Date now = Date.from(Instant.now().minusSeconds(60));
    JcaX509v2CRLBuilder list =
        new JcaX509v2CRLBuilder(authority.getCertificate().getSubjectX500Principal(), now);
    list.setNextUpdate(Date.from(Instant.now().plusSeconds(3600)));
    for (X509Bundle each : revoked) {
      list.addCRLEntry(each.getCertificate().getSerialNumber(), now, 0);
    }
    byte[] der =
        list.build(
                new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(authority.getKeyPair().getPrivate()))
            .getEncoded();
    return write(
        "crl.pem",
        "-----BEGIN X509 CRL-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END X509 CRL-----\n");
  }

  private String write(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name), content).toString();
  }

  private String file(String name) {
    return dir.resolve(name).toString();
  }

  private NodeProcess node(String... more) throws Exception {
    List<String> settings = new ArrayList<>();
    settings.add("listeners.mqtts.port=0");
    settings.add("listeners.mqtts.certificate=" + file("server.pem"));
    settings.add("listeners.mqtts.key=" + file("server.key"));
    settings.add("listeners.mqtts.client-ca=" + file("ca.pem"));
    settings.addAll(List.of(more));
    return NodeProcess.start(settings.toArray(String[]::new));
  }

  private List<String> command(String program, NodeProcess node, String name, String... options) {
    List<String> command = MosquittoClient.command(program, node.port("mqtts"), options);
    command.addAll(List.of("--cafile", file("ca.pem"), "-V", "mqttv5"));
    if (!name.isEmpty()) {
      command.addAll(List.of("--cert", file(name + ".pem"), "--key", file(name + ".key")));
    }
    return command;
  }

  /// @param name of the certificate; empty for none
  private boolean comesIn(NodeProcess node, String name) throws Exception {
    try (Spawned pub = publisher(node, name)) {
      return pub.exitCode() == 0;
    }
  }

  private Spawned publisher(NodeProcess node, String name) throws Exception {
    return MosquittoClient.start(
        command("mosquitto_pub", node, name, "-t", "a", "-m", "hello", "-q", "1"));
  }

  @Test
  void theCommonNameOfTheCertificateIsTheUser() throws Exception {
    Path audit = dir.resolve("audit.log");
    try (NodeProcess node =
        node(
            "security.certificates.user=cn",
            "security.audit=" + audit,
            "listeners.mqtts.client-auth=optional")) {
      publisher(node, "good").succeeded();
      Await.until(
          "the audit log names the user",
          () -> Files.readString(audit).contains("\"user\":\"good\""));
      assertThat(comesIn(node, "")).as("nobody without a certificate").isFalse();
    }
  }

  @Test
  void aRevokedCertificateIsRefusedWithoutARestartAndOthersStay() throws Exception {
    String crl = revoke();
    try (NodeProcess node = node("listeners.mqtts.crl=" + crl);
        Spawned sub =
            MosquittoClient.start(
                command("mosquitto_sub", node, "good", "-t", "a", "-d", "-F", "message %p"))) {
      sub.line(line -> line.startsWith("Subscribed (mid: "));
      publisher(node, "lost").succeeded();
      revoke(lost);
      Await.until("the revoked certificate is refused", () -> !comesIn(node, "lost"));
      publisher(node, "good").succeeded();
      assertThat(sub.alive()).isTrue();
      sub.line(line -> line.equals("message hello"));
    }
  }

  @Test
  void renegotiationIsRefused() throws Exception {
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
    try (NodeProcess node = node("listeners.mqtts.client-auth=optional");
        SSLSocket socket =
            (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", node.port("mqtts"))) {
      socket.setSoTimeout((int) Await.LIMIT.toMillis());
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                socket.startHandshake();
                socket.getInputStream().read();
              })
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }
}
