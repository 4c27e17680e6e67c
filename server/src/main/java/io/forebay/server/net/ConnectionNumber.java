package io.forebay.server.net;

import io.netty.channel.ChannelId;
import java.io.Serial;
import java.util.concurrent.atomic.AtomicLong;

/// Tells this process's connections apart, in 16 bytes. Netty's own id is unique among all machines
/// and times, which takes 90 and nobody asks for.
public final class ConnectionNumber implements ChannelId {
  @Serial private static final long serialVersionUID = 1;

  private static final AtomicLong NEXT = new AtomicLong();

  private final long number = NEXT.incrementAndGet();

  @Override
  public String asShortText() {
    return Long.toString(number);
  }

  @Override
  public String asLongText() {
    return asShortText();
  }

  @Override
  public int compareTo(ChannelId other) {
    return other instanceof ConnectionNumber connection
        ? Long.compare(number, connection.number)
        : asLongText().compareTo(other.asLongText());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConnectionNumber connection && number == connection.number;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }

  @Override
  public String toString() {
    return asShortText();
  }
}
