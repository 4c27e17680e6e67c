package io.forebay.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a key means, for the reader of the file: the only place where it is said. `forebay config
/// --print` shows it.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {
  String value();

  /// Keys of the section below that make no sense in this place and are refused here.
  String[] without() default {};
}
