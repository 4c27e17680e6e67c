package io.forebay.server.cli;

import io.forebay.core.message.UserProperty;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `name=value`; the value may hold further `=`.
final class UserPropertyConverter implements ITypeConverter<UserProperty> {

  @Override
  public UserProperty convert(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new TypeConversionException("'" + text + "' is not of the form name=value");
    }
    return new UserProperty(text.substring(0, equals), text.substring(equals + 1));
  }
}
