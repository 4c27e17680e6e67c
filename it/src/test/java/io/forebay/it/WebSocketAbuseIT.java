package io.forebay.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// WebSocket frames and HTTP requests that no client sends. One node, and a pair that is served all
/// the while.
class WebSocketAbuseIT {
  private static final int MASKED = 0x80;
  private static final int MEMORY_MIB = 64;

  /// CONNECT of MQTT 3.1.1 with client id "a".
  private static final byte[] CONNECT = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'a'};

  private static NodeProcess node;
  private static BehavedPair pair;
  private static Memory memory;

  @BeforeAll
  static void start() throws Exception {
    node = NodeProcess.startWith("-Xmx128m");
    pair = BehavedPair.on(node);
    memory = new Memory(node);
  }

  @AfterAll
  static void othersWereServedAndTheNodeDidNotGrow() throws Exception {
    pair.goesOn();
    pair.close();
    memory.hasGrownByLessThan(MEMORY_MIB);
    assertThat(node.log()).doesNotContain("Exception").doesNotContain("ERROR");
    node.close();
  }

  static Stream<Arguments> badFrames() {
    byte[] some = new byte[10];
    return Stream.of(
        Arguments.of("not masked", WebSocketWire.frame(0x82, 0, CONNECT)),
        Arguments.of("text", WebSocketWire.frame(0x81, MASKED, CONNECT)),
        Arguments.of("reserved bits", WebSocketWire.frame(0xF2, MASKED, CONNECT)),
        Arguments.of("unknown opcode", WebSocketWire.frame(0x83, MASKED, some)),
        Arguments.of("unknown control frame", WebSocketWire.frame(0x8B, MASKED, some)),
        Arguments.of(
            "control frame of 126 bytes", WebSocketWire.frame(0x89, MASKED, new byte[126])),
        Arguments.of("control frame in pieces", WebSocketWire.frame(0x09, MASKED, some)),
        Arguments.of("continuation of nothing", WebSocketWire.frame(0x80, MASKED, some)),
        Arguments.of("close with half a code", WebSocketWire.frame(0x88, MASKED, new byte[1])),
        Arguments.of(
            "2 GiB", new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, (byte) 0x80, 0, 0, 0}),
        Arguments.of(
            "a negative length",
            new byte[] {(byte) 0x82, (byte) 0xFF, (byte) 0xFF, -1, -1, -1, -1, -1, -1, -1}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFrames")
  void aFrameThatIsForbiddenEndsTheConnection(String name, byte[] frame) throws Exception {
    try (WebSocketWire wire = WebSocketWire.open(node)) {
      wire.send(frame);
      wire.sendIfOpen(new byte[100]);
      assertThat(wire.endsWithClose()).isTrue();
      pair.goesOn();
    }
  }

  @Test
  void aPacketInAThousandEmptyAndTinyPiecesIsServed() throws Exception {
    try (WebSocketWire wire = WebSocketWire.open(node)) {
      byte[] nothing = {};
      wire.send(WebSocketWire.frame(WebSocketWire.BINARY, MASKED, nothing));
      for (byte each : CONNECT) {
        for (int i = 0; i < 100; i++) {
          wire.send(WebSocketWire.frame(WebSocketWire.CONTINUATION, MASKED, nothing));
        }
        wire.send(WebSocketWire.frame(WebSocketWire.CONTINUATION, MASKED, new byte[] {each}));
      }
      byte[] answer = wire.frame();
      assertThat(answer).containsExactly(0x82, 0x20, 2, 0, 0);
    }
  }

  @Test
  void whoSendsPingsAndReadsNoPongsIsNotServedMoreThanItReads() throws Exception {
    try (WebSocketWire wire = WebSocketWire.open(node)) {
      wire.sendFrame(WebSocketWire.BINARY, CONNECT);
      byte[] ping =
          WebSocketWire.frame(WebSocketWire.FINAL | WebSocketWire.PING, MASKED, new byte[125]);
      for (int i = 0; i < 100_000; i++) {
        wire.send(ping);
      }
      pair.goesOn();
    }
  }

  static Stream<Arguments> badRequests() {
    String more = "X-Header: " + "x".repeat(100) + "\r\n";
    return Stream.of(
        Arguments.of("POST", WebSocketWire.request("POST", ""), " 405 "),
        Arguments.of("a method of its own", WebSocketWire.request("BREW", ""), " 405 "),
        Arguments.of("TRACE", WebSocketWire.request("TRACE", ""), " 405 "),
        Arguments.of(
            "a header of 1 MiB",
            WebSocketWire.request("GET", "X: " + "x".repeat(1 << 20) + "\r\n"),
            " 431 "),
        Arguments.of("10,000 headers", WebSocketWire.request("GET", more.repeat(10_000)), " 431 "),
        Arguments.of(
            "a line of 100 KiB", "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n", " 414 "),
        Arguments.of(
            "a body", WebSocketWire.request("GET", "Content-Length: 5\r\n") + "hello", " 400 "),
        Arguments.of(
            "chunks", WebSocketWire.request("GET", "Transfer-Encoding: chunked\r\n"), " 400 "),
        Arguments.of("another path", "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", " 404 "),
        Arguments.of(
            "a path upwards", "GET /mqtt/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", " 404 "),
        Arguments.of("no upgrade", "GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n", " 426 "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void aRequestThatIsForbiddenIsAnsweredAndTheConnectionEnds(
      String name, String request, String status) throws Exception {
    try (WebSocketWire wire = WebSocketWire.raw(node)) {
      wire.sendIfOpen(request.getBytes(US_ASCII));
      String answer = new String(wire.rest(), US_ASCII);
      // What was not read when the node closed may have cost the answer on its way.
      assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1" + status)).as(answer).isTrue();
      pair.goesOn();
    }
  }
}
