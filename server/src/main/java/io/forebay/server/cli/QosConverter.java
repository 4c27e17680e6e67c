package io.forebay.server.cli;

import io.forebay.core.message.Qos;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `0`, `1` or `2`.
final class QosConverter implements ITypeConverter<Qos> {

  @Override
  public Qos convert(String text) {
    return switch (text) {
      case "0" -> Qos.AT_MOST_ONCE;
      case "1" -> Qos.AT_LEAST_ONCE;
      case "2" -> Qos.EXACTLY_ONCE;
      default -> throw new TypeConversionException("QoS must be 0, 1 or 2, not '" + text + "'");
    };
  }
}
