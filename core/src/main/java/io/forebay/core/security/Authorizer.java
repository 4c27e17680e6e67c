package io.forebay.core.security;

import io.forebay.core.topic.TopicFilter;

/// Decides what somebody who came in may do. Called for every message on the connection's event
/// loop: must not block.
public interface Authorizer {
  /// Allows everything.
  Authorizer EVERYTHING =
      new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, String topic) {
          return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
          return true;
        }
      };

  boolean mayPublish(Principal principal, String topic);

  boolean maySubscribe(Principal principal, TopicFilter filter);
}
