package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encrypted listeners, with an authority of this test.
class TlsIT {
  @TempDir private Path dir;

  private String authority() throws Exception {
    X509Bundle ca =
        new CertificateBuilder()
            .subject("CN=authority of a test")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    issue(ca, "server");
    issue(ca, "client");
    return write("ca.pem", ca.getCertificatePEM());
  }

  private void issue(X509Bundle ca, String name) throws Exception {
    X509Bundle issued =
        new CertificateBuilder()
            .subject("CN=" + name)
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(ca);
    write(name + ".pem", issued.getCertificatePathPEM());
    write(name + ".key", issued.getPrivateKeyPEM());
  }

  private String write(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name), content).toString();
  }

  private String file(String name) {
    return dir.resolve(name).toString();
  }

  private String[] listener(String name, String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("listeners." + name + ".port=0");
    settings.add("listeners." + name + ".certificate=" + file("server.pem"));
    settings.add("listeners." + name + ".key=" + file("server.key"));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  private static Spawned pub(NodeProcess node, String... options) throws Exception {
    List<String> command = MosquittoClient.command("mosquitto_pub", node.port("mqtts"), options);
    command.addAll(List.of("-t", "tls/x", "-m", "secret", "-q", "1"));
    return MosquittoClient.start(command);
  }

  @Test
  void mosquittoPublishesOverTls() throws Exception {
    String ca = authority();
    try (NodeProcess node = NodeProcess.start(listener("mqtts"));
        Spawned sub = MosquittoClient.sub(node, "-t", "tls/x", "-F", "message %p")) {
      pub(node, "--cafile", ca).succeeded();
      assertThat(sub.line(line -> line.startsWith("message "))).isEqualTo("message secret");
      assertThat(pub(node, "--cafile", file("client.pem")).exitCode()).isNotZero();
    }
  }

  @Test
  void mutualTlsLetsInWhoShowsACertificate() throws Exception {
    String ca = authority();
    try (NodeProcess node =
            NodeProcess.start(listener("mqtts", "listeners.mqtts.client-ca=" + ca));
        Spawned sub = MosquittoClient.sub(node, "-t", "tls/x", "-F", "message %p")) {
      assertThat(pub(node, "--cafile", ca).exitCode()).isNotZero();
      pub(node, "--cafile", ca, "--cert", file("client.pem"), "--key", file("client.key"))
          .succeeded();
      assertThat(sub.line(line -> line.startsWith("message "))).isEqualTo("message secret");
    }
  }

  @Test
  void mqttJsSpeaksOverSecureWebSocket() throws Exception {
    String ca = authority();
    String options = "{\"protocolVersion\":5,\"clientId\":\"wss\",\"caFile\":\"%s\"}".formatted(ca);
    try (NodeProcess node = NodeProcess.start(listener("wss"));
        MqttJsClient client =
            new MqttJsClient("wss://localhost:" + node.port("wss") + "/mqtt", options)) {
      client.subscribe("wss/x", 2);
      client.publish("wss/x", "secret".getBytes(UTF_8), 2, false);
      assertThat(client.receive().payload()).asString(UTF_8).isEqualTo("secret");
    }
  }
}
