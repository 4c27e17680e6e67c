package io.forebay.server.config;

/// Section `security`.
public record SecurityConfig(
    @Doc(
            "Let clients in without credentials from other machines too. This version knows no"
                + " credentials, so a listener that is not bound to loopback demands true.")
        boolean allowAnonymous) {

  public static SecurityConfig defaults() {
    return new SecurityConfig(false);
  }
}
