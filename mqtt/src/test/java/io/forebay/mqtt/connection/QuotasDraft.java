package io.forebay.mqtt.connection;

import io.forebay.core.security.Allowance;
import io.forebay.core.security.Limits;
import io.forebay.core.security.Principal;
import io.forebay.core.security.Quotas;

/// Quotas, one changed at a time.
final class QuotasDraft {
  private static final Quotas BASE = Quotas.none(Limits.DEFAULTS);
  private Allowance allowance = BASE.allowances().apply(new Principal(null, ""));
  private long connectsPerSecond = BASE.connectsPerSecond();
  private int connectQueue = BASE.connectQueue();
  private boolean excessCloses;
  private boolean deniedPublishCloses;
  private long retainedBytes = BASE.retainedBytes();
  private long queueBacklog = BASE.queueBacklog();
  private boolean sessionsHaveOwners;
  private int filterWildcards = BASE.filterWildcards();
  private int broadSubscriptions = BASE.broadSubscriptions();

  QuotasDraft connects(long perSecond, int queue) {
    connectsPerSecond = perSecond;
    connectQueue = queue;
    return this;
  }

  QuotasDraft connectionsPerUser(int value) {
    allowance =
        new Allowance(
            value,
            allowance.publishPerSecond(),
            allowance.publishBytesPerSecond(),
            allowance.subscriptions(),
            allowance.inflight(),
            allowance.sessionExpirySeconds());
    return this;
  }

  QuotasDraft publishPerSecond(long value) {
    allowance =
        new Allowance(
            allowance.connections(),
            value,
            allowance.publishBytesPerSecond(),
            allowance.subscriptions(),
            allowance.inflight(),
            allowance.sessionExpirySeconds());
    return this;
  }

  QuotasDraft sessionExpirySeconds(long value) {
    allowance =
        new Allowance(
            allowance.connections(),
            allowance.publishPerSecond(),
            allowance.publishBytesPerSecond(),
            allowance.subscriptions(),
            allowance.inflight(),
            value);
    return this;
  }

  QuotasDraft excessCloses() {
    excessCloses = true;
    return this;
  }

  QuotasDraft deniedPublishCloses() {
    deniedPublishCloses = true;
    return this;
  }

  QuotasDraft retainedBytes(long value) {
    retainedBytes = value;
    return this;
  }

  QuotasDraft sessionsHaveOwners() {
    sessionsHaveOwners = true;
    return this;
  }

  QuotasDraft filterWildcards(int value) {
    filterWildcards = value;
    return this;
  }

  QuotasDraft broadSubscriptions(int value) {
    broadSubscriptions = value;
    return this;
  }

  QuotasDraft queueBacklog(long value) {
    queueBacklog = value;
    return this;
  }

  Quotas quotas() {
    Allowance all = allowance;
    return new Quotas(
        principal -> all,
        connectsPerSecond,
        connectQueue,
        BASE.userPublishPerSecond(),
        BASE.userPublishBytesPerSecond(),
        BASE.totalPublishPerSecond(),
        BASE.totalPublishBytesPerSecond(),
        excessCloses,
        deniedPublishCloses,
        filterWildcards,
        broadSubscriptions,
        retainedBytes,
        queueBacklog,
        sessionsHaveOwners);
  }
}
