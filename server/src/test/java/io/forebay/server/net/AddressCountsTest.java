package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressCountsTest {
  private final AddressCounts counts = new AddressCounts(2);

  private AddressCounts.@Nullable Place enter(String address) {
    return counts.enter(InetAddress.ofLiteral(address));
  }

  @Test
  void anAddressHasAsManyPlacesAsItMayAndOthersHaveTheirOwn() {
    assertThat(enter("192.0.2.1")).isNotNull();
    assertThat(enter("192.0.2.1")).isNotNull();
    assertThat(enter("192.0.2.1")).isNull();
    assertThat(enter("192.0.2.2")).isNotNull();
  }

  @Test
  void aPlaceThatIsGivenBackIsFreeAndAnEmptyAddressIsForgotten() {
    AddressCounts.Place first = Objects.requireNonNull(enter("192.0.2.1"));
    AddressCounts.Place second = Objects.requireNonNull(enter("192.0.2.1"));
    counts.leave(first);
    assertThat(counts.size()).isOne();
    AddressCounts.Place third = Objects.requireNonNull(enter("192.0.2.1"));
    assertThat(third).isNotNull();
    assertThat(enter("192.0.2.1")).isNull();
    counts.leave(second);
    counts.leave(third);
    assertThat(counts.size()).isZero();
  }

  @Test
  void theAddressesOfAnIpv6NetworkCountAsOne() {
    assertThat(enter("2001:db8:0:1::1")).isNotNull();
    assertThat(enter("2001:db8:0:1:ffff::2")).isNotNull();
    assertThat(enter("2001:db8:0:1::3")).isNull();
    assertThat(enter("2001:db8:0:2::1")).isNotNull();
  }

  @Test
  void manyThatComeAndGoLeaveNothingBehind() throws Exception {
    AddressCounts wide = new AddressCounts(1_000_000);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = Thread.ofPlatform().start(() -> comeAndGo(wide));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wide.size()).isZero();
  }

  private static void comeAndGo(AddressCounts wide) {
    ArrayDeque<AddressCounts.Place> places = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      InetAddress address = InetAddress.ofLiteral("192.0.2." + i % 7);
      places.add(Objects.requireNonNull(wide.enter(address)));
      if (i % 3 != 0) {
        wide.leave(places.remove());
      }
    }
    places.forEach(wide::leave);
  }
}
