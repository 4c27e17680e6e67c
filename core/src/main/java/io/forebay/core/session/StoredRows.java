package io.forebay.core.session;

import io.forebay.core.log.Tables;

/// Says whether rows at rest are what sessions wrote, for who checks a data directory.
public final class StoredRows {
  private StoredRows() {}

  /// Does nothing for tables that are not of sessions.
  ///
  /// @throws IllegalArgumentException if that is no row of this table
  public static void check(String table, byte[] key, byte[] value) {
    switch (table) {
      case Tables.SESSIONS -> SessionFormat.decodeIdentity(value);
      case Tables.PROGRESS -> checkProgress(key, value);
      case Tables.TIMERS -> {
        if (key.length < Long.BYTES) {
          throw new IllegalArgumentException("a timer is cut short");
        }
      }
      case Tables.QUEUES -> QueueFormat.check(key, value);
      default -> {}
    }
  }

  private static void checkProgress(byte[] key, byte[] value) {
    int prefix = 0;
    while (prefix < key.length && key[prefix] != 0) {
      prefix++;
    }
    if (prefix + 1 >= key.length) {
      throw new IllegalArgumentException("a key is cut short");
    }
    switch (SessionFormat.kind(key, prefix + 1)) {
      case SessionFormat.PROGRESS -> SessionFormat.decodeProgress(value);
      case SessionFormat.RECEIVED -> SessionFormat.receivedId(key, prefix + 1);
      case SessionFormat.SENT -> SessionFormat.decodeSent(value);
      default -> throw new IllegalArgumentException("an unknown kind of row");
    }
  }
}
