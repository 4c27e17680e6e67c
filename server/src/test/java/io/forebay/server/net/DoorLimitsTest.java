package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoorLimitsTest {
  private static final int ANY = 0;

  private final House house = new House();
  private final BlockingQueue<Channel> turnedAway = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    house.close();
  }

  private DoorLimits limits(int connections, AddressCounts addresses) {
    return new DoorLimits("mqtt", connections, addresses, turnedAway::add);
  }

  private Door door(int connections, int perAddress) throws Exception {
    return house.open(House.tcp(), limits(connections, new AddressCounts(perAddress)));
  }

  /// What the next connection that reaches the protocol is to be told.
  private @Nullable String refusal() throws Exception {
    return DoorLimits.refusal(house.echo.nextChannel());
  }

  private void goes(RawClient client, Channel channel) throws Exception {
    client.close();
    assertThat(channel.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoIsTooManyForTheListenerIsLetInToBeTold() throws Exception {
    Door door = door(1, ANY);
    try (RawClient first = House.connect(door);
        RawClient second = House.connect(door)) {
      first.echo("a");
      assertThat(refusal()).isNull();
      second.echo("b");
      assertThat(refusal()).isEqualTo("this listener has as many connections as it may");
      assertThat(turnedAway).hasSize(1);
    }
  }

  @Test
  void aPlaceInTheListenerIsFreeWhenItsConnectionIsGone() throws Exception {
    Door door = door(1, ANY);
    RawClient first = House.connect(door);
    first.echo("a");
    goes(first, house.echo.nextChannel());
    try (RawClient second = House.connect(door)) {
      second.echo("b");
      assertThat(refusal()).isNull();
    }
  }

  @Test
  void whoIsTooManyForItsAddressIsTold() throws Exception {
    Door door = door(ANY, 1);
    try (RawClient first = House.connect(door);
        RawClient second = House.connect(door)) {
      first.echo("a");
      assertThat(refusal()).isNull();
      second.echo("b");
      assertThat(refusal()).isEqualTo("this address has as many connections as it may");
    }
  }

  @Test
  void allDoorsTogetherCountAnAddress() throws Exception {
    AddressCounts addresses = new AddressCounts(1);
    Door one = house.open(House.tcp(), limits(ANY, addresses));
    Door other = house.open(House.tcp(), limits(ANY, addresses));
    try (RawClient first = House.connect(one);
        RawClient second = House.connect(other)) {
      first.echo("a");
      assertThat(refusal()).isNull();
      second.echo("b");
      assertThat(refusal()).isNotNull();
    }
  }

  @Test
  void behindAProxyTheAddressOfTheClientCounts() throws Exception {
    Door door = house.open(House.proxied(House.tcp()), limits(ANY, new AddressCounts(1)));
    try (RawClient first = House.connect(door);
        RawClient other = House.connect(door);
        RawClient again = House.connect(door)) {
      assertThat(refusalBehindProxy(first, "203.0.113.7")).isNull();
      assertThat(refusalBehindProxy(other, "203.0.113.8")).isNull();
      assertThat(refusalBehindProxy(again, "203.0.113.7")).isNotNull();
    }
  }

  private @Nullable String refusalBehindProxy(RawClient client, String address) throws Exception {
    client.send("PROXY TCP4 " + address + " 192.0.2.1 56324 1883\r\n");
    client.echo("hello");
    return refusal();
  }

  @Test
  void moreThanAFewAreClosedWithoutAWord() throws Exception {
    Door door = door(1, ANY);
    List<RawClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < 1 + 64; i++) {
        RawClient client = House.connect(door);
        all.add(client);
        client.echo("still served");
      }
      try (RawClient tooMany = House.connect(door)) {
        assertThat(tooMany.closedByServer()).isTrue();
      }
      assertThat(turnedAway).hasSize(65);
      Channel first = house.echo.nextChannel();
      Channel told = house.echo.nextChannel();
      assertThat(DoorLimits.refusal(first)).isNull();
      goes(all.get(1), told);
      try (RawClient next = House.connect(door)) {
        assertThat(next.echo("told again")).isEqualTo("told again");
      }
    } finally {
      for (RawClient each : all) {
        each.close();
      }
    }
  }

  @Test
  void aLineIsWrittenNowAndThen() {
    long[] now = {0};
    CrowdLog log = new CrowdLog("mqtt", () -> now[0]);
    assertThat(log.turnedAway("192.0.2.1:1", "too many")).isTrue();
    assertThat(log.turnedAway("192.0.2.1:2", "too many")).isFalse();
    now[0] = TimeUnit.SECONDS.toNanos(10);
    assertThat(log.turnedAway("192.0.2.1:3", "too many")).isTrue();
    assertThat(log.turnedAway("192.0.2.1:4", "too many")).isFalse();
  }
}
