package io.forebay.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts wrong passwords by address, so that guessing is slow. Who has been wrong too often is not
/// listened to until the minute is over. Any thread, without a lock where it is only looked at.
public final class Guesses {
  /// Wrong passwords from one address within a minute; more are not even looked at.
  public static final int MOST_FAILURES = 20;

  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final int MOST_ADDRESSES = 10_000;

  /// An IPv6 user has 64 bits of addresses.
  private static final int NETWORK_BYTES = 8;

  private record Window(long beganNanos, int failures) {}

  private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();
  private final LongSupplier nanos;
  private final LongAdder ignored = new LongAdder();

  /// @param nanos a clock that does not jump
  public Guesses(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Whether somebody at this address has to wait. Each yes is counted.
  ///
  /// @param peer address and port, as in credentials
  public boolean tooMany(String peer) {
    Window window = windows.get(address(peer));
    boolean tooMany =
        window != null && window.failures() >= MOST_FAILURES && !over(window, nanos.getAsLong());
    if (tooMany) {
      ignored.increment();
    }
    return tooMany;
  }

  /// Somebody at this address was wrong.
  public void failed(String peer) {
    long now = nanos.getAsLong();
    windows.compute(address(peer), (address, window) -> more(window, now));
    if (windows.size() > MOST_ADDRESSES) {
      windows.values().removeIf(each -> over(each, now));
      windows.keySet().stream()
          .limit(Math.max(0, windows.size() - MOST_ADDRESSES))
          .forEach(windows::remove);
    }
  }

  /// Logins that were not looked at.
  public long ignored() {
    return ignored.sum();
  }

  int addresses() {
    return windows.size();
  }

  private static Window more(@Nullable Window window, long now) {
    return window == null || over(window, now)
        ? new Window(now, 1)
        : new Window(window.beganNanos(), window.failures() + 1);
  }

  private static boolean over(Window window, long now) {
    return now - window.beganNanos() >= WINDOW_NANOS;
  }

  /// Without the port; of IPv6 the network.
  private static String address(String peer) {
    String host = peer.substring(0, Math.max(0, peer.lastIndexOf(':')));
    if (!host.startsWith("[")) {
      return host;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(host.substring(1, host.length() - 1));
      return address instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
          : address.getHostAddress();
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      return host;
    }
  }
}
