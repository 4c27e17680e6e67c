package io.forebay.mqtt.codec;

import io.forebay.core.message.UserProperty;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The properties of one MQTT 5 packet on their way out. The length goes before the properties, so
/// a codec states them twice by the same method: a fresh writer counts, and after [#startWriting]
/// it writes. Counting and writing cannot disagree, since they are one list of statements.
///
/// What has the value that absence means is left out: null, or the given default.
final class PropertyWriter {
  private @Nullable ByteBuf out;
  private int size;

  /// A writer that has counted what most answers carry: a reason in words, and user properties.
  static PropertyWriter counted(@Nullable String reasonString, List<UserProperty> userProperties) {
    PropertyWriter writer = new PropertyWriter();
    writer.reasonStringAndUserProperties(reasonString, userProperties);
    return writer;
  }

  void reasonStringAndUserProperties(
      @Nullable String reasonString, List<UserProperty> userProperties) {
    string(PropertyId.REASON_STRING, reasonString);
    userProperties(userProperties);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// Bytes of the property length and all properties counted.
  int size() {
    return VariableByteInteger.size(size) + size;
  }

  /// Writes the property length; what is stated from now on is written.
  void startWriting(ByteBuf target) {
    VariableByteInteger.write(target, size);
    out = target;
  }

  void flag(int id, boolean value, boolean absent) {
    if (value != absent) {
      oneByte(id, value ? 1 : 0);
    }
  }

  void oneByte(int id, int value) {
    if (out == null) {
      size += 2;
    } else {
      out.writeByte(id).writeByte(value);
    }
  }

  void twoBytes(int id, int value, int absent) {
    if (value == absent) {
      return;
    }
    if (out == null) {
      size += 3;
    } else {
      out.writeByte(id).writeShort(value);
    }
  }

  void fourBytes(int id, long value, long absent) {
    if (value == absent) {
      return;
    }
    if (out == null) {
      size += 5;
    } else {
      out.writeByte(id).writeInt((int) value);
    }
  }

  void variableByteInteger(int id, int value) {
    if (out == null) {
      size += 1 + VariableByteInteger.size(value);
    } else {
      out.writeByte(id);
      VariableByteInteger.write(out, value);
    }
  }

  void string(int id, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (out == null) {
      size += 1 + Utf8Strings.size(value);
    } else {
      out.writeByte(id);
      Utf8Strings.write(out, value);
    }
  }

  void binary(int id, byte @Nullable [] value) {
    if (value == null) {
      return;
    }
    if (out == null) {
      size += 1 + Fields.binarySize(value);
    } else {
      out.writeByte(id);
      Fields.writeBinary(out, value);
    }
  }

  void userProperties(List<UserProperty> properties) {
    // By index: an iterator would be garbage on the way of every message.
    for (int i = 0; i < properties.size(); i++) {
      UserProperty property = properties.get(i);
      if (out == null) {
        size += 1 + Utf8Strings.size(property.name()) + Utf8Strings.size(property.value());
      } else {
        out.writeByte(PropertyId.USER_PROPERTY);
        Utf8Strings.write(out, property.name());
        Utf8Strings.write(out, property.value());
      }
    }
  }
}
