package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {

  private static final String V1 = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 1883\r\n";
  private static final byte[] V2_SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
  private static final int PROXY = 0x21;
  private static final int LOCAL = 0x20;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;
  private static final int UNSPECIFIED = 0x00;

  @TempDir Path dir;

  private final House house = new House();
  private Door door;

  @BeforeEach
  void open() throws Exception {
    door = house.open(House.proxied(House.tcp()));
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aHeaderOfVersion1NamesTheClient() throws Exception {
    assertThat(peerAfter(bytes(V1))).isEqualTo("203.0.113.7:56324");
  }

  @Test
  void aHeaderOfVersion1NamesAnIpv6Client() throws Exception {
    assertThat(peerAfter(bytes("PROXY TCP6 2001:db8::7 2001:db8::1 56324 1883\r\n")))
        .isEqualTo("[2001:db8::7]:56324");
  }

  @Test
  void aHeaderOfVersion2NamesTheClient() throws Exception {
    assertThat(peerAfter(v2(PROXY, TCP4, "cb007107" + "c0000201" + "dc04" + "075b")))
        .isEqualTo("203.0.113.7:56324");
  }

  @Test
  void aHeaderOfVersion2NamesAnIpv6Client() throws Exception {
    String from = "20010db8000000000000000000000007";
    String to = "20010db8000000000000000000000001";
    assertThat(peerAfter(v2(PROXY, TCP6, from + to + "dc04" + "075b")))
        .isEqualTo("[2001:db8::7]:56324");
  }

  @Test
  void additionalFieldsOfVersion2AreSkipped() throws Exception {
    String authority = "02" + "0007" + HexFormat.of().formatHex(bytes("example"));
    assertThat(peerAfter(v2(PROXY, TCP4, "cb007107" + "c0000201" + "dc04" + "075b" + authority)))
        .isEqualTo("203.0.113.7:56324");
  }

  @Test
  void localAndUnknownKeepTheAddressOfTheSocket() throws Exception {
    assertThat(peerAfter(v2(LOCAL, UNSPECIFIED, ""))).startsWith("127.0.0.1:");
    assertThat(peerAfter(v2(PROXY, UNSPECIFIED, ""))).startsWith("127.0.0.1:");
    assertThat(peerAfter(bytes("PROXY UNKNOWN\r\n"))).startsWith("127.0.0.1:");
  }

  @Test
  void aHeaderMayComeByteByByte() throws Exception {
    try (RawClient client = House.connect(door)) {
      client.socket.setTcpNoDelay(true);
      for (byte one : bytes(V1)) {
        client.send(new byte[] {one});
      }
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(PeerAddress.of(house.echo.nextChannel())).isEqualTo("203.0.113.7:56324");
    }
  }

  @Test
  void nothingOfTheProxyProtocolStaysInThePipeline() throws Exception {
    try (RawClient client = House.connect(door)) {
      client.send(V1);
      client.echo("hello");
      assertThat(House.handlers(house.echo.nextChannel())).containsExactly("Handler");
    }
  }

  @Test
  void theHeaderComesBeforeTls() throws Exception {
    Certificates certificates = new Certificates(dir);
    Door tlsDoor = house.open(House.proxied(House.tls(certificates.server("a"))));
    try (RawClient plain = House.connect(tlsDoor)) {
      plain.send(V1);
      try (RawClient client = certificates.overTls(plain)) {
        assertThat(client.echo("hello")).isEqualTo("hello");
        assertThat(PeerAddress.of(house.echo.nextChannel())).isEqualTo("203.0.113.7:56324");
      }
    }
  }

  /// The first bytes of MQTT, TLS and HTTP, and broken headers.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0010\u000c",
        "\u0016\u0003\u0001",
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 203.0.113.777 192.0.2.1 56324 1883\r\n",
        "PROXY TCP4 203.0.113.7\r\n",
        "PROXY nonsense\r\n"
      })
  void aConnectionThatBeginsWithoutAHeaderIsClosed(String start) throws Exception {
    try (RawClient client = House.connect(door)) {
      client.send(start);
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(house.echo.reached()).isFalse();
  }

  @Test
  void aHeaderThatDoesNotEndIsClosed() throws Exception {
    try (RawClient client = House.connect(door)) {
      client.send("PROXY TCP4 " + "1".repeat(200));
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aConnectionThatSendsNoHeaderInTimeIsClosed() throws Exception {
    Door impatient = house.open(House.impatient(House.proxied(House.tcp())));
    try (RawClient client = House.connect(impatient)) {
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(house.echo.reached()).isFalse();
  }

  private String peerAfter(byte[] header) throws Exception {
    try (RawClient client = House.connect(door)) {
      client.send(header);
      assertThat(client.echo("hello")).isEqualTo("hello");
      return PeerAddress.of(house.echo.nextChannel());
    }
  }

  private static byte[] v2(int versionAndCommand, int family, String addresses) throws Exception {
    byte[] rest = HexFormat.of().parseHex(addresses);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(V2_SIGNATURE);
    header.write(versionAndCommand);
    header.write(family);
    header.write(rest.length >>> 8);
    header.write(rest.length);
    header.write(rest);
    return header.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
