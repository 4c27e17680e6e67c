package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelId;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.UnixChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoorTest {

  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void bytesOverTcpReachTheProtocolAndComeBack() throws Exception {
    try (RawClient client = House.connect(house.open(House.tcp()))) {
      assertThat(client.echo("hello")).isEqualTo("hello");
    }
  }

  @Test
  void nioDoesWhatEpollDoes() throws Exception {
    try (House nio = new House(EventLoops.openNio(1));
        RawClient client = House.connect(nio.open(House.tcp()))) {
      assertThat(client.echo("hello")).isEqualTo("hello");
    }
  }

  @Test
  void anIpv6AddressIsBoundAndThePeerIsShownInBrackets() throws Exception {
    assumeTrue(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null);
    Door door = house.open(House.tcp("::1", 0));
    try (RawClient client = House.connect(door)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(PeerAddress.of(house.echo.nextChannel()))
          .isEqualTo("[::1]:" + client.socket.getLocalPort());
    }
  }

  @Test
  void thePeerOfADirectConnectionIsItsSocket() throws Exception {
    try (RawClient client = House.connect(house.open(House.tcp()))) {
      assertThat(PeerAddress.of(house.echo.nextChannel()))
          .isEqualTo("127.0.0.1:" + client.socket.getLocalPort());
    }
  }

  @Test
  void aTcpConnectionCarriesNoHandlerButTheProtocols() throws Exception {
    try (RawClient client = House.connect(house.open(House.tcp()))) {
      client.echo("hello");
      Channel channel = house.echo.nextChannel();
      assertThat(House.handlers(channel)).containsExactly("Handler");
      assertThat(channel.config().getWriteBufferHighWaterMark()).isEqualTo(64 * 1024);
    }
  }

  @Test
  void whatIsSentLeavesAtOnceAndSilentPeersAreAskedForALifeSign() throws Exception {
    assumeTrue(Epoll.isAvailable());
    try (RawClient client = House.connect(house.open(House.tcp()))) {
      client.echo("hello");
      LinuxSocket socket = (LinuxSocket) ((UnixChannel) house.echo.nextChannel()).fd();
      assertThat(socket.isTcpNoDelay()).isTrue();
      assertThat(socket.isKeepAlive()).isTrue();
    }
  }

  @Test
  void channelsAreToldApartInShort() throws Exception {
    Door door = house.open(House.tcp());
    try (RawClient one = House.connect(door);
        RawClient other = House.connect(door)) {
      one.echo("hello");
      other.echo("hello");
      ChannelId first = house.echo.nextChannel().id();
      ChannelId second = house.echo.nextChannel().id();
      assertThat(first).isNotEqualTo(second).isNotEqualByComparingTo(second);
      assertThat(first.asLongText()).isNotEqualTo(second.asLongText()).hasSizeLessThan(20);
    }
  }

  @Test
  void anAddressInUseIsToldWithListenerAddressAndRemedy() throws Exception {
    int port = house.open(House.tcp()).address().getPort();
    assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> house.open(House.tcp("127.0.0.1", port)))
        .withMessageStartingWith(
            "cannot bind mqtt listener to 127.0.0.1:" + port + ": address already in use; ");
  }

  @Test
  void nioTellsAnAddressInUseInTheSameWords() throws Exception {
    try (House nio = new House(EventLoops.openNio(1))) {
      int port = house.open(House.tcp()).address().getPort();
      assertThatExceptionOfType(DoorException.class)
          .isThrownBy(() -> nio.open(House.tcp("127.0.0.1", port)))
          .withMessageContaining(": address already in use; ");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsTold() {
    assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> house.open(House.tcp("192.0.2.1", 0)))
        .withMessageStartingWith(
            "cannot bind mqtt listener to 192.0.2.1:0: this machine has no such address; ");
  }

  @Test
  void anUnknownHostIsTold() {
    assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> house.open(House.tcp("nowhere.invalid", 0)))
        .withMessageStartingWith("cannot bind mqtt listener to nowhere.invalid:0: unknown host; ");
  }

  @Test
  void aClosedDoorAcceptsNobodyButKeepsItsConnections() throws Exception {
    Door door = house.open(House.tcp());
    try (RawClient client = House.connect(door)) {
      client.echo("before");
      var address = door.address();
      door.close();
      assertThat(client.echo("after")).isEqualTo("after");
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close());
    }
  }

  @Test
  void aConnectionThatIsNotAdmittedIsClosedBeforeTheProtocolSeesIt() throws Exception {
    Door door = house.open(House.tcp(), channel -> false);
    try (RawClient client = House.connect(door)) {
      assertThat(client.closedByServer()).isTrue();
    }
    assertThat(house.echo.reached()).isFalse();
  }
}
