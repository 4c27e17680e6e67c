package io.forebay.server.audit;

import io.forebay.core.security.Authorizer;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Notes what was not allowed, and remembers who may administer, since a request carries nothing
/// but its client. Any thread.
public final class AuditedAuthorizer implements Authorizer {
  private static final int MOST_ADMINISTRATORS = 1_000;

  private final Authorizer inner;
  private final Audit audit;
  private final DenialLimit limit = new DenialLimit(System::nanoTime);
  private final Map<String, String> administrators = new ConcurrentHashMap<>();

  public AuditedAuthorizer(Authorizer inner, Audit audit) {
    this.inner = inner;
    this.audit = audit;
  }

  @Override
  public boolean mayConnect(Principal principal) {
    boolean allowed = inner.mayConnect(principal);
    if (!allowed) {
      note("connect-denied", principal, null, null);
    }
    return allowed;
  }

  @Override
  public boolean mayPublish(Principal principal, String topic) {
    boolean allowed = inner.mayPublish(principal, topic);
    if (!allowed) {
      note("publish-denied", principal, "topic", topic);
    }
    return allowed;
  }

  @Override
  public boolean maySubscribe(Principal principal, TopicFilter filter) {
    boolean allowed = inner.maySubscribe(principal, filter);
    if (!allowed) {
      note("subscribe-denied", principal, "filter", filter.given());
    }
    return allowed;
  }

  @Override
  public boolean mayAdminister(Principal principal) {
    boolean allowed = inner.mayAdminister(principal);
    if (!allowed) {
      note("admin-denied", principal, null, null);
    } else if (principal.user() != null) {
      if (administrators.size() >= MOST_ADMINISTRATORS) {
        administrators.clear();
      }
      administrators.put(principal.clientId(), principal.user());
    }
    return allowed;
  }

  @Override
  public int epoch() {
    return inner.epoch();
  }

  /// The user of a client that was allowed to administer; null if it has none.
  @Nullable String administrator(String clientId) {
    return administrators.get(clientId);
  }

  private void note(
      String name, Principal principal, @Nullable String field, @Nullable String value) {
    long unnoted = limit.admit(principal.clientId());
    if (unnoted >= 0) {
      AuditEvent event =
          AuditEvent.of(name).with("user", principal.user()).with("client", principal.clientId());
      if (field != null) {
        event.with(field, value);
      }
      if (unnoted > 0) {
        event.with("unnoted", unnoted);
      }
      audit.add(event);
    }
  }
}
