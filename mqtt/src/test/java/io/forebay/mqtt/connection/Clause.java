package io.forebay.mqtt.connection;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The normative statements of MQTT 5 that a test proves, as the standard numbers them. `3.1.1:` in
/// front means that one's.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
@interface Clause {
  String[] value();
}
