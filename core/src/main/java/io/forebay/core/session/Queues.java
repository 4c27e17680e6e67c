package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;
import io.forebay.core.routing.Router;
import io.forebay.core.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The queues of this node by name. Any thread.
final class Queues {
  private final ConcurrentHashMap<String, Queue> queues = new ConcurrentHashMap<>();
  private final Router router;
  private final Log log;

  Queues(Router router, Log log) {
    this.router = router;
    this.log = log;
  }

  /// Makes a session a member of the queue of `filter`'s group, which begins if there is none.
  ///
  /// @param joined gets the membership, on the session's lane
  void join(Session session, TopicFilter filter, Grant grant, Consumer<Queue.Member> joined) {
    Queue queue =
        queues.computeIfAbsent(
            filter.given(),
            name -> {
              Lane lane = session.lane();
              Queue begun = new Queue(this, name, filter.text(), lane, router, log);
              lane.execute(begun::open);
              return begun;
            });
    Queue.Member member = new Queue.Member(queue, session, grant);
    queue
        .lane()
        .execute(
            () -> {
              if (queue.join(member)) {
                session.lane().execute(() -> joined.accept(member));
              } else {
                session.lane().execute(() -> join(session, filter, grant, joined));
              }
            });
  }

  void leave(Queue queue, Queue.Member member, List<Queue.Lease> leases, boolean comesBack) {
    queue.lane().execute(() -> queue.leave(member, leases, comesBack));
  }

  /// The session of a client that is away ended.
  void forget(String given, String clientId) {
    Queue queue = queues.get(given);
    if (queue != null) {
      queue.lane().execute(() -> queue.forget(clientId));
    }
  }

  void ended(String name, Queue queue) {
    queues.remove(name, queue);
  }

  int size() {
    return queues.size();
  }
}
