package io.forebay.mqtt;

/// A client shows that it is there (§3.12).
public record Pingreq() implements Packet {
  public static final Pingreq INSTANCE = new Pingreq();
}
