package io.forebay.server.audit;

import io.forebay.core.security.Authenticator;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.EnhancedAuthenticator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Notes who showed good credentials and who did not.
public final class AuditedLogins {
  private final Audit audit;

  public AuditedLogins(Audit audit) {
    this.audit = audit;
  }

  /// The same, and noted.
  public Authenticator of(Authenticator inner) {
    return (credentials, answer) ->
        inner.authenticate(credentials, noting(credentials, null, answer));
  }

  /// The same, and noted.
  public Map<String, EnhancedAuthenticator> of(Map<String, EnhancedAuthenticator> inner) {
    Map<String, EnhancedAuthenticator> all = new TreeMap<>();
    inner.forEach((method, each) -> all.put(method, new Enhanced(each)));
    return all;
  }

  private Consumer<Decision> noting(
      Credentials credentials, @Nullable String method, Consumer<Decision> answer) {
    return decision -> {
      note(credentials, method, decision);
      answer.accept(decision);
    };
  }

  private void note(Credentials credentials, @Nullable String method, Decision decision) {
    switch (decision) {
      case Decision.Challenge _ -> {}
      case Decision.Admitted admitted ->
          audit.add(event("login", admitted.principal().user(), method, credentials));
      case Decision.Refused refused ->
          audit.add(
              event("login-refused", credentials.username(), method, credentials)
                  .with("why", refused.why().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                  .with("detail", refused.detail()));
    }
  }

  private static AuditEvent event(
      String name, @Nullable String user, @Nullable String method, Credentials credentials) {
    return AuditEvent.of(name)
        .with("user", user)
        .with("client", credentials.clientId())
        .with("peer", credentials.peer())
        .with("method", method);
  }

  /// A method of challenge and response.
  private final class Enhanced implements EnhancedAuthenticator {
    private final EnhancedAuthenticator inner;

    Enhanced(EnhancedAuthenticator inner) {
      this.inner = inner;
    }

    @Override
    public String method() {
      return inner.method();
    }

    @Override
    public Exchange begin(Credentials credentials) {
      Exchange exchange = inner.begin(credentials);
      return (data, answer) -> exchange.step(data, noting(credentials, method(), answer));
    }
  }
}
