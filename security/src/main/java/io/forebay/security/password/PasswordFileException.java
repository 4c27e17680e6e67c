package io.forebay.security.password;

import java.io.IOException;

/// The password file cannot be used, or not be changed as wanted. The message says where and what
/// to do.
public final class PasswordFileException extends IOException {
  private static final long serialVersionUID = 1;

  public PasswordFileException(String message) {
    super(message);
  }

  public PasswordFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
