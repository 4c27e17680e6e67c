package io.forebay.store;

/// What a stream's acknowledged messages survive.
public enum Durability {
  /// Power failure: acknowledged after fsync.
  DISK,
  /// The end of the process, not that of the machine: acknowledged when the operating system has
  /// them.
  OS,
  /// Nothing: they live and end with the process.
  MEMORY
}
