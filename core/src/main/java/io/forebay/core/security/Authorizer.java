package io.forebay.core.security;

import io.forebay.core.topic.TopicFilter;

/// Decides what somebody who came in may do. Called on event loops: must not block. [Permissions]
/// remembers the answers.
public interface Authorizer {
  /// Allows everything.
  Authorizer EVERYTHING =
      new Authorizer() {
        @Override
        public boolean mayConnect(Principal principal) {
          return true;
        }

        @Override
        public boolean mayPublish(Principal principal, String topic) {
          return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
          return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
          return true;
        }

        @Override
        public int epoch() {
          return 0;
        }
      };

  /// Whether it may connect, with this client id.
  boolean mayConnect(Principal principal);

  /// Never asked for topics below `$CONTROL`, which is [#mayAdminister].
  boolean mayPublish(Principal principal, String topic);

  /// Asked for filters of all kinds: plain ones, shares, queues and replays.
  boolean maySubscribe(Principal principal, TopicFilter filter);

  /// Whether it may change the node: queues, connections of others.
  boolean mayAdminister(Principal principal);

  /// Another number after every change of the rules. Any thread.
  int epoch();
}
