package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.UserProperty;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks over the properties of one MQTT 5 packet (§2.2.2) and checks what holds for all of them:
/// the packet may carry it, it comes once, its value is in its range. [#next] says which property
/// comes, and the caller reads it with the method of its type. User properties are collected on the
/// way.
final class PropertyReader {
  /// What [#next] answers after the last property.
  static final int END = 0;

  private final ByteBuf in;
  private final int end;
  private final String packet;
  private final long allowed;
  private final long repeatable;

  private long seen;
  private int id;
  private @Nullable List<UserProperty> userProperties;

  /// Reads the property length.
  ///
  /// @param packetEnd where the packet ends
  /// @param packet its name, for error messages
  /// @param allowed set of the properties it may carry, see [PropertyId#setOf]
  PropertyReader(ByteBuf in, int packetEnd, String packet, long allowed) {
    this(in, packetEnd, packet, allowed, 0);
  }

  /// @param repeatable set of the properties, beside user properties, that may come more than once
  PropertyReader(ByteBuf in, int packetEnd, String packet, long allowed, long repeatable) {
    int length = VariableByteInteger.read(in, packetEnd, "property length");
    Fields.expect(length, in, packetEnd, "properties");
    this.in = in;
    this.end = in.readerIndex() + length;
    this.packet = packet;
    this.allowed = allowed;
    this.repeatable = repeatable;
  }

  /// The identifier of the next property, or [#END].
  int next() {
    while (in.readerIndex() < end) {
      id = VariableByteInteger.read(in, end, "property identifier");
      if (!PropertyId.contains(allowed, id)) {
        throw malformed(packet + " must not carry property " + id);
      }
      if (id != PropertyId.USER_PROPERTY) {
        checkOnce();
        return id;
      }
      addUserProperty();
    }
    return END;
  }

  private void checkOnce() {
    if (PropertyId.contains(seen & ~repeatable, id)) {
      throw protocolError(packet + " carries property " + id + " twice");
    }
    seen |= 1L << id;
  }

  private void addUserProperty() {
    if (userProperties == null) {
      userProperties = new ArrayList<>(4);
    }
    String name = Utf8Strings.read(in, end, "user property name");
    userProperties.add(new UserProperty(name, Utf8Strings.read(in, end, "user property value")));
  }

  /// The user properties in their order; complete once [#next] answered [#END].
  List<UserProperty> userProperties() {
    return userProperties == null ? List.of() : List.copyOf(userProperties);
  }

  /// All properties of a packet that may carry, beside user properties, only a reason string; null
  /// if it does not.
  @Nullable String readReasonStringOnly() {
    String reasonString = null;
    while (next() != END) {
      reasonString = readString();
    }
    return reasonString;
  }

  /// A byte that must be 0 or 1.
  boolean readFlag() {
    int value = Fields.readByte(in, end, "property");
    if (value > 1) {
      throw protocolError(property() + " must be 0 or 1, not " + value);
    }
    return value == 1;
  }

  int readTwoBytes() {
    return Fields.readTwoBytes(in, end, "property");
  }

  /// Two bytes that must not be 0.
  int readPositiveTwoBytes() {
    return (int) positive(readTwoBytes());
  }

  long readFourBytes() {
    return Fields.readFourBytes(in, end, "property");
  }

  /// Four bytes that must not be 0.
  long readPositiveFourBytes() {
    return positive(readFourBytes());
  }

  /// A variable byte integer that must not be 0.
  int readPositiveVariableByteInteger() {
    return (int) positive(VariableByteInteger.read(in, end, "property"));
  }

  String readString() {
    return Utf8Strings.read(in, end, "property");
  }

  byte[] readBinary() {
    return Fields.readBinary(in, end, "property");
  }

  /// For a caller whose switch over [#next] met a property that it declared as allowed and forgot.
  IllegalStateException unhandled() {
    return new IllegalStateException(property() + " is allowed but not handled");
  }

  private long positive(long value) {
    if (value == 0) {
      throw protocolError(property() + " must not be 0");
    }
    return value;
  }

  private String property() {
    return "property " + id + " of " + packet;
  }
}
