package io.forebay.server.client;

/// The broker sent what the standard forbids at this point. Caught in one place, which says so and
/// closes.
final class ProtocolViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProtocolViolation(String message) {
    super(message);
  }
}
