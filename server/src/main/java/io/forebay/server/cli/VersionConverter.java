package io.forebay.server.cli;

import io.forebay.mqtt.ProtocolVersion;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `3.1`, `3.1.1` or `5`.
final class VersionConverter implements ITypeConverter<ProtocolVersion> {

  @Override
  public ProtocolVersion convert(String text) {
    return switch (text) {
      case "3.1" -> ProtocolVersion.V3_1;
      case "3.1.1" -> ProtocolVersion.V3_1_1;
      case "5", "5.0" -> ProtocolVersion.V5;
      default ->
          throw new TypeConversionException(
              "MQTT version must be 3.1, 3.1.1 or 5, not '" + text + "'");
    };
  }
}
