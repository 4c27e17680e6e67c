package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.core.security.Accounts;
import io.forebay.core.security.Allowance;
import io.forebay.core.security.Permissions;
import io.forebay.core.security.Principal;
import io.forebay.core.session.Session;
import io.forebay.core.topic.TopicFilter;
import io.forebay.mqtt.ReasonCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a client that has shown who it is may do here, for how long, and the place that it takes
/// among all connections and those of its user. On the connection's event loop.
final class Standing {
  /// The credentials have no end.
  static final int NEVER = Integer.MAX_VALUE;

  private final Loop loop;
  private Permissions permissions;
  private int endSecond;
  private Accounts.@Nullable Account account;

  Standing(Loop loop, Principal principal) {
    this.loop = loop;
    this.permissions = new Permissions(loop.broker().authorizer(), principal);
    this.endSecond = endSecond(principal);
  }

  Permissions permissions() {
    return permissions;
  }

  Principal principal() {
    return permissions.principal();
  }

  Accounts.@Nullable Account account() {
    return account;
  }

  /// What it may take. Looked up each time, so that an idle connection does not hold it.
  Allowance allowance() {
    return loop.broker().quotas().allowances().apply(principal());
  }

  /// Whose its session is to be; null if it is anybody's who knows the client id.
  @Nullable String owner() {
    return loop.broker().quotas().sessionsHaveOwners() ? principal().user() : null;
  }

  /// The second of [KeepAlive] in which its credentials end, or [#NEVER].
  int endSecond() {
    return endSecond;
  }

  private int endSecond(Principal principal) {
    if (principal.expiresAtMillis() == Principal.NEVER) {
      return NEVER;
    }
    long seconds = (principal.expiresAtMillis() - loop.broker().nowMillis()) / 1_000;
    return (int) Math.min(loop.keepAlive().second() + Math.max(0, seconds), NEVER - 1);
  }

  // ---------------------------------------------------------------- its place

  /// Takes a place.
  ///
  /// @return why there is none for it
  @Nullable Refusal enter(Handshake handshake) {
    Broker broker = loop.broker();
    if (!broker.authorizer().mayConnect(principal())) {
      return mayNot("this user may not connect with this client id");
    }
    if (!handshake.mayPublishWill(permissions)) {
      return mayNot("the will's topic is not allowed");
    }
    if (!broker.enter()) {
      return new Refusal(ReasonCode.SERVER_BUSY, "this node has as many connections as it may");
    }
    if (principal().user() != null && !enterAccount(principal().user(), handshake.clientId())) {
      broker.leave();
      return new Refusal(ReasonCode.QUOTA_EXCEEDED, "this user has as many connections as it may");
    }
    return null;
  }

  /// A client that comes back before its old connection is found to be gone takes that one's place.
  private boolean enterAccount(String user, String clientId) {
    int most = allowance().connections();
    boolean takesOver = most > 0 && loop.broker().isConnected(clientId);
    account = loop.broker().accounts().enter(user, takesOver ? most + 1 : most);
    return account != null;
  }

  /// Gives the place back.
  void leave() {
    loop.broker().leave();
    if (account != null) {
      loop.broker().accounts().leave(account);
      account = null;
    }
  }

  // ---------------------------------------------------------------- what changes

  /// The client has shown new credentials.
  ///
  /// @return why they do not count
  @Nullable Refusal renew(Principal principal) {
    if (!Objects.equals(principal.user(), principal().user())) {
      return mayNot("the new credentials are another user's");
    }
    permissions = new Permissions(loop.broker().authorizer(), principal);
    endSecond = endSecond(principal);
    return null;
  }

  /// Why the rules of now do not let it stay as it is; null if they do.
  @Nullable Refusal objection(Session session) {
    if (!loop.broker().authorizer().mayConnect(principal())) {
      return mayNot("this user may not connect with this client id any more");
    }
    List<TopicFilter> denied = denied(session);
    return denied.isEmpty()
        ? null
        : mayNot("the subscription to '" + denied.getFirst() + "' is not allowed any more");
  }

  /// What it holds and may not hold any more.
  List<TopicFilter> denied(Session session) {
    return session.interests().held().stream()
        .filter(each -> !permissions.maySubscribe(each))
        .toList();
  }

  private static Refusal mayNot(String detail) {
    return new Refusal(ReasonCode.NOT_AUTHORIZED, detail);
  }
}
