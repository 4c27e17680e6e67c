package io.forebay.mqtt;

/// The server shows that it is there (§3.13).
public record Pingresp() implements Packet {
  public static final Pingresp INSTANCE = new Pingresp();
}
