package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Users that a service of the operator's knows.
class HttpLoginIT {
  private static final String PASSWORD = "open-sesame";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer service;

  @BeforeEach
  void start() throws Exception {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/login", this::answer);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      asked.add(question);
      boolean good = question.contains("\"password\":\"" + PASSWORD + "\"");
      byte[] answer = ("{\"allow\": " + good + "}").getBytes(UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private NodeProcess node(String... more) throws Exception {
    String url = "http://127.0.0.1:" + service.getAddress().getPort() + "/login";
    return NodeProcess.start(
        Stream.concat(Stream.of("security.http.url=" + url), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static ReasonCode answer(NodeProcess node, String user, String password)
      throws Exception {
    try (RawClient client = new RawClient(node.mqtt(), ProtocolVersion.V5)) {
      client.send(
          new Connect(
              ProtocolVersion.V5,
              "http-it",
              true,
              0,
              0,
              65_535,
              Connect.NO_LIMIT,
              0,
              false,
              true,
              List.of(),
              null,
              null,
              null,
              user,
              password.getBytes(UTF_8)));
      return client.read(Connack.class).reason();
    }
  }

  @Test
  void theServiceDecidesAndIsNotAskedTwice() throws Exception {
    try (NodeProcess node = node()) {
      assertThat(answer(node, "ann", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
      assertThat(answer(node, "ann", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      MosquittoClient.pub(
          node, "-i", "http-it", "-t", "a", "-m", "b", "-q", "1", "-u", "ann", "-P", PASSWORD);
      assertThat(asked).hasSize(2).allMatch(each -> each.contains("\"username\":\"ann\""));
      node.stop();
      assertThat(node.log()).doesNotContain(PASSWORD);
    }
  }

  @Test
  void whileTheServiceIsDownNobodyComesIn() throws Exception {
    try (NodeProcess node = node("security.http.cache-for=0s")) {
      assertThat(answer(node, "ann", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
      service.stop(0);
      for (int i = 0; i < 6; i++) {
        assertThat(answer(node, "ann", PASSWORD)).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
      }
      assertThat(node.log()).containsOnlyOnce("is down");
    }
  }

  @Test
  void whileTheServiceIsDownWhoWasLetInBeforeStillIsIfConfigured() throws Exception {
    try (NodeProcess node = node("security.http.cache-for=0s", "security.http.fallback=cached")) {
      assertThat(answer(node, "ann", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
      service.stop(0);
      assertThat(answer(node, "ann", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
      assertThat(answer(node, "ann", "wrong")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }
  }
}
