package io.forebay.server.net;

import io.forebay.core.security.Throttle;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Event loops, an echo, and the doors a test opens; all on free ports of the loopback.
final class House implements AutoCloseable {

  static final int MAX_FRAME_BYTES = 1000;

  private final EventLoops loops;
  private final List<Door> doors = new ArrayList<>();
  final Echo echo = new Echo();

  House() {
    this(EventLoops.open(1));
  }

  House(EventLoops loops) {
    this.loops = loops;
  }

  Door open(DoorSpec spec) throws DoorException {
    return open(spec, channel -> true);
  }

  Door open(DoorSpec spec, Admission admission) throws DoorException {
    Door door = Door.open(spec, loops, echo, admission);
    doors.add(door);
    return door;
  }

  static DoorSpec tcp() {
    return spec("127.0.0.1", 0, false, null, null, 20_000);
  }

  static DoorSpec tcp(String bind, int port) {
    return spec(bind, port, false, null, null, 20_000);
  }

  static DoorSpec tls(TlsFiles files) {
    return spec("127.0.0.1", 0, false, files, null, 20_000);
  }

  static DoorSpec webSocket(@Nullable TlsFiles files) {
    return spec("127.0.0.1", 0, false, files, "/mqtt", 20_000);
  }

  static DoorSpec proxied(DoorSpec spec) {
    return spec(spec.bind(), spec.port(), true, spec.tls(), spec.webSocketPath(), 20_000);
  }

  static DoorSpec impatient(DoorSpec spec) {
    return spec(
        spec.bind(), spec.port(), spec.proxyProtocol(), spec.tls(), spec.webSocketPath(), 1);
  }

  private static DoorSpec spec(
      String bind,
      int port,
      boolean proxy,
      @Nullable TlsFiles files,
      @Nullable String path,
      int preambleMillis) {
    DoorSpec.Limits limits =
        new DoorSpec.Limits(preambleMillis, MAX_FRAME_BYTES, 32 * 1024, 64 * 1024);
    return new DoorSpec("mqtt", bind, port, 128, Throttle.UNLIMITED, proxy, files, path, limits);
  }

  /// The classes of the handlers in a channel's pipeline, once its loop has finished its turn.
  static List<String> handlers(Channel channel) throws Exception {
    return channel.eventLoop().submit(() -> names(channel)).get(20, TimeUnit.SECONDS);
  }

  private static List<String> names(Channel channel) {
    List<String> names = new ArrayList<>();
    channel.pipeline().forEach(entry -> names.add(entry.getValue().getClass().getSimpleName()));
    return names;
  }

  static RawClient connect(Door door) throws Exception {
    InetSocketAddress address = door.address();
    return new RawClient(new Socket(address.getAddress(), address.getPort()));
  }

  @Override
  public void close() {
    doors.forEach(Door::close);
    loops.close();
  }
}
