package io.forebay.server.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Connections by the address that they come from; an address without any is not held. Who has one
/// address of IPv6 has the whole network of 64 bits that it is in, so that counts as one. Any
/// thread.
public final class AddressCounts {
  private static final int IPV6_NETWORK_BYTES = 8;

  /// Of one address; there as long as it has a connection.
  record Place(ByteBuffer address) {}

  private final int most;
  private final ConcurrentHashMap<ByteBuffer, Integer> counts = new ConcurrentHashMap<>();

  /// @param most connections from one address; 0 for as many as come
  public AddressCounts(int most) {
    this.most = most;
  }

  boolean unlimited() {
    return most == 0;
  }

  /// Takes a place for a connection.
  ///
  /// @return null if there are as many from this address as may
  @Nullable Place enter(InetAddress from) {
    byte[] bytes = from.getAddress();
    ByteBuffer address =
        ByteBuffer.wrap(
            bytes.length > IPV6_NETWORK_BYTES ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
    boolean[] entered = new boolean[1];
    counts.compute(
        address,
        (_, there) -> {
          int now = there == null ? 0 : there;
          entered[0] = now < most;
          return entered[0] ? Integer.valueOf(now + 1) : there;
        });
    return entered[0] ? new Place(address) : null;
  }

  /// Gives the place back.
  void leave(Place place) {
    counts.computeIfPresent(
        place.address(), (_, now) -> now == 1 ? null : Integer.valueOf(now - 1));
  }

  /// Addresses that have a connection.
  int size() {
    return counts.size();
  }
}
