package io.forebay.mqtt;

/// The versions of MQTT, by the protocol name and level that CONNECT carries.
public enum ProtocolVersion {
  /// MQTT 3.1: name `MQIsdp`, level 3.
  V3_1("MQIsdp", 3),
  /// MQTT 3.1.1: name `MQTT`, level 4.
  V3_1_1("MQTT", 4),
  /// MQTT 5.0: name `MQTT`, level 5.
  V5("MQTT", 5);

  private final String protocolName;
  private final int level;

  ProtocolVersion(String protocolName, int level) {
    this.protocolName = protocolName;
    this.level = level;
  }

  public String protocolName() {
    return protocolName;
  }

  public int level() {
    return level;
  }
}
