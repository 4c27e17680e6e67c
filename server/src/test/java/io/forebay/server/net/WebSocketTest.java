package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {

  /// Key and answer are the example of RFC 6455 §1.3.
  private static final String UPGRADE =
      """
      GET /mqtt HTTP/1.1\r
      Host: localhost\r
      Connection: keep-alive, Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Protocol: mqtt\r
      \r
      """;

  private static final byte[] CLOSE_PROTOCOL_ERROR = {(byte) 0x03, (byte) 0xea};
  private static final byte[] CLOSE_TOO_BIG = {(byte) 0x03, (byte) 0xf1};

  @TempDir Path dir;

  private final House house = new House();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.shutdownNow();
    house.close();
  }

  @Test
  void bytesInBinaryFramesReachTheProtocolAndComeBack() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = connect(house.open(House.webSocket(null)), listener, "mqtt");
    assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
    socket.sendBinary(buffer("hello"), true);
    assertThat(listener.read(5)).isEqualTo("hello");
  }

  @Test
  void secureWebSocketsAreWebSocketsOverTls() throws Exception {
    Certificates certificates = new Certificates(dir);
    Door door = house.open(House.webSocket(certificates.server("a")));
    Listener listener = new Listener();
    HttpClient secure =
        HttpClient.newBuilder().sslContext(certificates.clientContext(null)).build();
    try {
      URI uri = URI.create("wss://localhost:" + door.address().getPort() + "/mqtt");
      WebSocket socket = connect(secure, uri, listener, "mqtt");
      socket.sendBinary(buffer("hello"), true);
      assertThat(listener.read(5)).isEqualTo("hello");
      assertThat(House.handlers(house.echo.nextChannel()))
          .containsExactly(
              "SslHandler",
              "WebSocket13FrameDecoder",
              "WebSocket13FrameEncoder",
              "WebSocketBytes",
              "Handler");
    } finally {
      secure.shutdownNow(); // close() would wait for the WebSocket's end
    }
  }

  @Test
  void afterTheUpgradeNothingOfHttpStaysInThePipeline() throws Exception {
    connect(house.open(House.webSocket(null)), new Listener(), "mqtt");
    assertThat(House.handlers(house.echo.nextChannel()))
        .containsExactly(
            "WebSocket13FrameDecoder", "WebSocket13FrameEncoder", "WebSocketBytes", "Handler");
  }

  @ParameterizedTest
  @CsvSource({"mqttv3.1,,mqttv3.1", "mqttv3.1,mqtt,mqttv3.1", "soap,mqtt,mqtt"})
  void theFirstKnownSubprotocolIsChosen(String first, @Nullable String second, String chosen)
      throws Exception {
    String[] more = second == null ? new String[0] : new String[] {second};
    WebSocket socket = connect(house.open(House.webSocket(null)), new Listener(), first, more);
    assertThat(socket.getSubprotocol()).isEqualTo(chosen);
  }

  @Test
  void aClientThatOffersNoKnownSubprotocolIsToldWhichToOffer() throws Exception {
    Door door = house.open(House.webSocket(null));
    assertThat(refusal(door, null)).contains("send Sec-WebSocket-Protocol: mqtt");
    assertThat(refusal(door, "soap")).contains("send Sec-WebSocket-Protocol: mqtt");
  }

  @Test
  void aMessageInFragmentsIsAStreamOfBytes() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = connect(house.open(House.webSocket(null)), listener, "mqtt");
    socket.sendBinary(buffer("hel"), false).get(20, TimeUnit.SECONDS);
    assertThat(listener.read(3)).isEqualTo("hel"); // does not wait for the whole message
    socket.sendBinary(buffer("lo"), true);
    assertThat(listener.read(2)).isEqualTo("lo");
  }

  @Test
  void aFrameMayComeByteByByteAndTwoMayComeAtOnce() throws Exception {
    try (RawClient client = upgraded()) {
      client.socket.setTcpNoDelay(true);
      for (byte one : frame(2, "hello")) {
        client.send(new byte[] {one});
      }
      assertThat(client.readText(7)).isEqualTo("\u0082\u0005hello");
      client.send(join(frame(2, "he"), frame(2, ""), frame(2, "llo")));
      assertThat(client.readText(9)).isEqualTo("\u0082\u0002he\u0082\u0003llo");
    }
  }

  @Test
  void aFrameSentTogetherWithTheRequestIsNotLost() throws Exception {
    try (RawClient client = House.connect(house.open(House.webSocket(null)))) {
      client.send(join(UPGRADE.getBytes(StandardCharsets.ISO_8859_1), frame(2, "hello")));
      assertThat(client.readHead())
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
      assertThat(client.readText(7)).isEqualTo("\u0082\u0005hello");
    }
  }

  @Test
  void aTextFrameEndsTheConnectionWith1003() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = connect(house.open(House.webSocket(null)), listener, "mqtt");
    socket.sendText("hello", true);
    assertThat(listener.closeCode()).isEqualTo(1003);
  }

  @Test
  void aPingIsAnsweredWithItsContent() throws Exception {
    try (RawClient client = upgraded()) {
      client.send(frame(9, "alive?"));
      assertThat(client.readText(8)).isEqualTo("\u008a\u0006alive?");
    }
  }

  @Test
  void aCloseFrameIsAnsweredWithItsCodeAndTheConnectionEnds() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = connect(house.open(House.webSocket(null)), listener, "mqtt");
    Channel channel = house.echo.nextChannel();
    socket.sendClose(1000, "done");
    assertThat(listener.closeCode()).isEqualTo(1000);
    assertThat(channel.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theProtocolsCloseIsTheWebSocketsClose() throws Exception {
    Listener listener = new Listener();
    connect(house.open(House.webSocket(null)), listener, "mqtt");
    house.echo.nextChannel().close();
    assertThat(listener.closeCode()).isEqualTo(1000);
  }

  @Test
  void aFrameOverTheLimitEndsTheConnectionWith1009() throws Exception {
    try (RawClient client = upgraded()) {
      client.send(frame(2, "x".repeat(House.MAX_FRAME_BYTES + 1)));
      assertThat(closeCode(client)).isEqualTo(CLOSE_TOO_BIG);
    }
  }

  @Test
  void aFrameAtTheLimitPasses() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = connect(house.open(House.webSocket(null)), listener, "mqtt");
    String text = "x".repeat(House.MAX_FRAME_BYTES);
    socket.sendBinary(buffer(text), true);
    assertThat(listener.read(text.length())).isEqualTo(text);
  }

  @Test
  void anUnmaskedFrameEndsTheConnectionWith1002() throws Exception {
    try (RawClient client = upgraded()) {
      client.send("\u0082\u0005hello");
      assertThat(closeCode(client)).isEqualTo(CLOSE_PROTOCOL_ERROR);
    }
  }

  @Test
  void anotherPathIsNotFound() throws Exception {
    HttpResponse<String> response = get("/other");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("nothing here; MQTT over WebSocket is at /mqtt\n");
  }

  @Test
  void aPathMayCarryAQuery() throws Exception {
    try (RawClient client = House.connect(house.open(House.webSocket(null)))) {
      client.send(UPGRADE.replace("/mqtt", "/mqtt?token=1"));
      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void aBrowserThatOnlyLooksIsToldWhatThisIs() throws Exception {
    HttpResponse<String> response = get("/mqtt");
    assertThat(response.statusCode()).isEqualTo(426);
    assertThat(response.body()).contains("WebSocket");
    assertThat(response.headers().firstValue("sec-websocket-version")).hasValue("13");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /mqtt,POST /mqtt,405",
    "Version: 13,Version: 8,426",
    "dGhlIHNhbXBsZSBub25jZQ==,short,400",
    "Host: localhost,Content-Length: 5,400",
    "Host: localhost,Transfer-Encoding: chunked,400",
    "HTTP/1.1,nonsense,400"
  })
  void aWrongRequestIsRefusedAndTheConnectionEnds(String right, String wrong, String status)
      throws Exception {
    try (RawClient client = House.connect(house.open(House.webSocket(null)))) {
      client.send(UPGRADE.replace(right, wrong));
      assertThat(client.readAll()).startsWith("HTTP/1.1 " + status + " ");
    }
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aSecondRequestAfterARefusedOneIsNotAnswered() throws Exception {
    try (RawClient client = House.connect(house.open(House.webSocket(null)))) {
      client.send(UPGRADE.replace("GET /mqtt", "GET /other") + UPGRADE);
      assertThat(client.readAll()).startsWith("HTTP/1.1 404 ").doesNotContain("101");
    }
    assertThat(house.echo.reached()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /mqtt?token=%s HTTP/1.1\r\n", "GET /mqtt HTTP/1.1\r\nCookie: %s\r\n"})
  void aRequestHeadHasALimit(String head) throws Exception {
    try (RawClient client = House.connect(house.open(House.webSocket(null)))) {
      client.send(head.formatted("x".repeat(17_000)));
      assertThat(client.readHead()).startsWith("HTTP/1.1 4");
    }
  }

  @Test
  void aRequestThatDoesNotEndInTimeIsClosed() throws Exception {
    Door door = house.open(House.impatient(House.webSocket(null)));
    try (RawClient client = House.connect(door)) {
      client.send("GET /mqtt HTTP/1.1\r\nHost: ");
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(house.echo.reached()).isFalse();
  }

  private RawClient upgraded() throws Exception {
    RawClient client = House.connect(house.open(House.webSocket(null)));
    client.send(UPGRADE);
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  private HttpResponse<String> get(String path) throws Exception {
    InetSocketAddress address = house.open(House.webSocket(null)).address();
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /// The body of the response that refuses the subprotocol.
  private String refusal(Door door, @Nullable String subprotocol) throws Exception {
    String offer = subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
    try (RawClient client = House.connect(door)) {
      client.send(UPGRADE.replace("Sec-WebSocket-Protocol: mqtt\r\n", offer));
      String response = client.readAll();
      assertThat(response).startsWith("HTTP/1.1 400 ");
      return response;
    }
  }

  private WebSocket connect(Door door, Listener listener, String subprotocol, String... more)
      throws Exception {
    URI uri = URI.create("ws://127.0.0.1:" + door.address().getPort() + "/mqtt");
    return connect(http, uri, listener, subprotocol, more);
  }

  private static WebSocket connect(
      HttpClient http, URI uri, Listener listener, String subprotocol, String... more)
      throws Exception {
    return http.newWebSocketBuilder()
        .subprotocols(subprotocol, more)
        .buildAsync(uri, listener)
        .get(20, TimeUnit.SECONDS);
  }

  private static byte[] frame(int opcode, String payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80 | opcode);
    if (payload.length() < 126) {
      out.write(0x80 | payload.length());
    } else {
      out.writeBytes(new byte[] {(byte) (0x80 | 126)});
      out.write(payload.length() >>> 8);
      out.write(payload.length());
    }
    byte[] mask = HexFormat.of().parseHex("37fa213d");
    out.writeBytes(mask);
    for (int i = 0; i < payload.length(); i++) {
      out.write(payload.charAt(i) ^ mask[i & 3]);
    }
    return out.toByteArray();
  }

  /// Reads a close frame to the end of the stream and returns its code.
  private static byte[] closeCode(RawClient client) throws Exception {
    byte[] head = client.read(2);
    assertThat(head[0]).isEqualTo((byte) 0x88);
    byte[] body = client.read(head[1]);
    assertThat(client.closedByServer()).isTrue();
    return Arrays.copyOf(body, 2);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Collects what a WebSocket of the JDK receives.
  private static final class Listener implements WebSocket.Listener {

    private final LinkedBlockingQueue<Character> bytes = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      while (data.hasRemaining()) {
        bytes.add((char) (data.get() & 0xff));
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }

    String read(int count) throws InterruptedException {
      StringBuilder text = new StringBuilder();
      while (text.length() < count) {
        Character next = bytes.poll(20, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("only this came: " + text);
        }
        text.append(next.charValue());
      }
      return text.toString();
    }

    int closeCode() throws Exception {
      return closed.get(20, TimeUnit.SECONDS);
    }
  }
}
