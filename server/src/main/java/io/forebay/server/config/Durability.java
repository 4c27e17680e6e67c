package io.forebay.server.config;

import java.util.Locale;

/// Words of the key `durability`.
public enum Durability {
  DISK,
  OS,
  MEMORY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
