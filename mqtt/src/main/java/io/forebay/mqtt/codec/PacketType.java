package io.forebay.mqtt.codec;

/// The packet types, as they stand in the upper half of a frame's first byte (§2.1.2).
final class PacketType {
  static final int CONNECT = 1;
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBSCRIBE = 8;
  static final int SUBACK = 9;
  static final int UNSUBSCRIBE = 10;
  static final int UNSUBACK = 11;
  static final int PINGREQ = 12;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;
  static final int AUTH = 15;

  private static final String[] NAMES = {
    "reserved packet", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
    "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"
  };

  private PacketType() {}

  /// The name of the type, for error messages.
  static String name(int type) {
    return NAMES[type];
  }

  /// The first byte of a frame of this type. Three types carry the reserved flags `0010` (§2.1.3),
  /// PUBLISH has flags of its own and does not come here, all others have none.
  static int header(int type) {
    return type << 4 | reservedFlags(type);
  }

  static int reservedFlags(int type) {
    return type == PUBREL || type == SUBSCRIBE || type == UNSUBSCRIBE ? 0b0010 : 0;
  }
}
