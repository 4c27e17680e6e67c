package io.forebay.security.acl;

import java.util.List;

/// Rules that cannot be used. The message has a line for each thing that is wrong: where, what, and
/// what to do.
public final class AclException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  AclException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /// The place to look at is in the rules, not in our code.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
