package io.forebay.core.log;

/// The tables of a node, by name.
public final class Tables {
  /// topic (UTF-8) → the latest retained message, as [MessageFormat] with its position. Written by
  /// the engine itself, in the commit of the message.
  public static final String RETAINED = "retained";

  /// client id (UTF-8) → who a session is: subscriptions, expiry, will.
  public static final String SESSIONS = "sessions";

  /// client id (UTF-8), 0, a kind → how far a session is: cursors, packet ids.
  public static final String PROGRESS = "progress";

  /// due time (8 bytes, milliseconds) and client id → nothing: what is to happen to an offline
  /// session next.
  public static final String TIMERS = "timers";

  /// name of a `$share` group (`$share/GROUP/FILTER`) or a declared queue (`$queue/NAME`) → how far
  /// it is; below that key rows of its members and of messages that are a session's own.
  public static final String QUEUES = "queues";

  private Tables() {}
}
