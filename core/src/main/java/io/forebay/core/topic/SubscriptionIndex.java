package io.forebay.core.topic;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds the filters that match a topic name.
///
/// A filter without wildcards is one entry of a hash map and costs no trie nodes. Filters with
/// wildcards form a trie whose *edges* all live in one hash map, keyed by (parent, level): a node
/// with a million children is no different from one with two, and there is no per-node map to pay
/// for.
///
/// Reads never lock and may run on any thread at any time. Writes may come from any thread; writes
/// to the same filter are atomic, by the hash map's own bin.
///
/// @param <E> what hangs on a filter
public final class SubscriptionIndex<E> {
  private final ConcurrentHashMap<String, E> exact = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Edge, Node<E>> edges = new ConcurrentHashMap<>();
  private final Node<E> root = new Node<>();
  private final AtomicLong wildcardEpoch = new AtomicLong();

  /// The edge that leads from a node to the next level.
  private record Edge(Node<?> parent, String level) {
    @Override
    public int hashCode() {
      return System.identityHashCode(parent) * 31 + level.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Edge edge && edge.parent == parent && edge.level.equals(level);
    }
  }

  private static final class Node<E> {
    /// Filters that lead through this node; written only inside `compute` on the edge to it.
    int filters;

    /// What hangs on the filter that ends here; written only inside `compute` on the edge to it.
    volatile @Nullable E entry;
  }

  /// Changes what hangs on `filter`, atomically for this filter.
  ///
  /// @param change gets what is there, or null, and returns what shall be there, or null for
  ///   nothing. It runs while the filter's bin is held: it must be short and must not touch the
  ///   index
  public void update(String filter, UnaryOperator<@Nullable E> change) {
    if (!TopicFilter.hasWildcard(filter)) {
      exact.compute(filter, (key, entry) -> change.apply(entry));
      return;
    }
    // Every node on the way is held by a count while the leaf changes, so a concurrent removal of a
    // sibling cannot take a node from under us; what turns out not to be needed is given back.
    String[] levels = filter.split("/", -1);
    Node<E>[] path = enter(levels);
    boolean[] outcome = new boolean[2];
    Node<E> parent = path[levels.length - 1];
    edges.compute(
        new Edge(parent, levels[levels.length - 1]),
        (edge, leaf) -> {
          Node<E> there = held(leaf);
          outcome[0] = there.entry != null;
          there.entry = change.apply(there.entry);
          outcome[1] = there.entry != null;
          return there;
        });
    boolean had = outcome[0];
    boolean has = outcome[1];
    if (had != has) {
      wildcardEpoch.incrementAndGet();
    }
    // We entered once; a filter that is there counts once.
    int surplus = 1 + (had ? 1 : 0) - (has ? 1 : 0);
    for (int i = 0; i < surplus; i++) {
      leave(levels, path);
    }
  }

  /// Counts one more filter through each node from the root to the leaf.
  private Node<E>[] enter(String[] levels) {
    @SuppressWarnings({
      "unchecked",
      "rawtypes"
    }) // an array of a generic class cannot be made otherwise
    Node<E>[] path = new Node[levels.length + 1];
    path[0] = root;
    for (int i = 0; i < levels.length; i++) {
      path[i + 1] =
          edges.compute(
              new Edge(path[i], levels[i]),
              (edge, node) -> {
                Node<E> there = node == null ? new Node<>() : node;
                there.filters++;
                return there;
              });
    }
    return path;
  }

  /// Takes one filter off each node on the path; a node without filters goes.
  private void leave(String[] levels, Node<E>[] path) {
    for (int i = levels.length - 1; i >= 0; i--) {
      edges.computeIfPresent(
          new Edge(path[i], levels[i]), (edge, node) -> --node.filters == 0 ? null : node);
    }
  }

  private static <E> Node<E> held(@Nullable Node<E> node) {
    if (node == null) {
      throw new IllegalStateException("an entered node is never removed");
    }
    return node;
  }

  /// What hangs on exactly this filter.
  public @Nullable E get(String filter) {
    if (!TopicFilter.hasWildcard(filter)) {
      return exact.get(filter);
    }
    Node<E> node = root;
    for (String level : filter.split("/", -1)) {
      node = edges.get(new Edge(node, level));
      if (node == null) {
        return null;
      }
    }
    return node.entry;
  }

  /// What hangs on the filter that equals the name `topic`: the only filter without wildcards that
  /// matches it.
  public @Nullable E exact(String topic) {
    return exact.get(topic);
  }

  /// Gives every entry of a filter *with wildcards* that matches `topic`.
  public void wildcards(String topic, Consumer<? super E> found) {
    if (edges.isEmpty()) {
      return;
    }
    // No recursion: a topic may have 65,535 levels, and a thread's stack has fewer.
    Branch<E> waiting = descend(root, topic, 0, topic.charAt(0) != '$', null, found);
    while (waiting != null) {
      waiting = descend(waiting.node, topic, waiting.start, true, waiting.next, found);
    }
  }

  /// A node that is still to be descended from, and those after it.
  private record Branch<E>(Node<E> node, int start, @Nullable Branch<E> next) {}

  /// Follows one path down to its end.
  ///
  /// @param start where the level below `node` begins in `topic`; beyond the end if there is none
  /// @return what was waiting, and before it the paths that were left aside on the way
  private @Nullable Branch<E> descend(
      Node<E> from,
      String topic,
      int start,
      boolean wild,
      @Nullable Branch<E> waiting,
      Consumer<? super E> found) {
    Node<E> node = from;
    int level = start;
    boolean wildcards = wild;
    while (true) {
      if (wildcards) {
        visit(edges.get(new Edge(node, "#")), found);
      }
      if (level > topic.length()) {
        visit(node, found);
        return waiting;
      }
      int slash = topic.indexOf('/', level);
      int end = slash < 0 ? topic.length() : slash;
      Node<E> literal = edges.get(new Edge(node, topic.substring(level, end)));
      Node<E> any = wildcards ? edges.get(new Edge(node, "+")) : null;
      if (literal != null && any != null) {
        waiting = new Branch<>(any, end + 1, waiting);
      }
      Node<E> next = literal != null ? literal : any;
      if (next == null) {
        return waiting;
      }
      node = next;
      level = end + 1;
      wildcards = true;
    }
  }

  private static <E> void visit(@Nullable Node<E> node, Consumer<? super E> found) {
    E entry = node == null ? null : node.entry;
    if (entry != null) {
      found.accept(entry);
    }
  }

  /// Changes whenever a filter with wildcards comes or goes: what [#wildcards] found before may be
  /// kept while this stays the same.
  public long wildcardEpoch() {
    return wildcardEpoch.get();
  }

  /// How many edges the trie has; 0 if there is no filter with wildcards.
  public int trieSize() {
    return edges.size();
  }
}
