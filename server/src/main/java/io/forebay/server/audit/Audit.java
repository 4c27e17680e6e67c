package io.forebay.server.audit;

/// Where it is noted what concerns security. Any thread; never blocks.
@FunctionalInterface
public interface Audit {
  /// Notes nothing.
  Audit NONE = event -> {};

  void add(AuditEvent event);
}
