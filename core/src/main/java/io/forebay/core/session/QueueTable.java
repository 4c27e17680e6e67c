package io.forebay.core.session;

import io.forebay.core.log.Batch;
import io.forebay.core.log.Claims;
import io.forebay.core.log.Table;
import io.forebay.core.log.Tables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rows of queues: finds them, and makes those that batches take along. Any thread; answers
/// come on any thread.
final class QueueTable {
  private static final int ROWS_PER_SCAN = 256;

  private final Table table;

  /// What is kept of one queue.
  ///
  /// @param row null if there is none that can be read, or none that counts: that of a group
  ///   without members is what a crash left behind
  /// @param damage why the row cannot be read; null if it can, or does not count
  /// @param present there is a row, whether it counts or not
  /// @param owned keys of rows that say that a message is done
  record Kept(
      @Nullable QueueRow row, @Nullable String damage, boolean present, List<byte[]> owned) {}

  /// What is under a queue's name.
  ///
  /// @param row null if there is none that can be read
  /// @param damage why it cannot be read; null if it can, or there is none
  record Found(@Nullable QueueRow row, @Nullable String damage) {
    private static Found of(byte @Nullable [] bytes) {
      if (bytes == null) {
        return new Found(null, null);
      }
      try {
        return new Found(QueueFormat.decode(bytes), null);
      } catch (IllegalArgumentException e) {
        return new Found(null, String.valueOf(e.getMessage()));
      }
    }

    private boolean nothing() {
      return row == null && damage == null;
    }
  }

  QueueTable(Table table) {
    this.table = table;
  }

  // ---------------------------------------------------------------- finding

  void row(String name, Consumer<Found> answer) {
    table.get(QueueFormat.key(name), bytes -> answer.accept(Found.of(bytes)));
  }

  /// @param counts the row of a group counts although no session that is kept is a member
  void load(String name, boolean counts, Consumer<Kept> answer) {
    row(
        name,
        found -> {
          if (found.nothing()) {
            answer.accept(new Kept(null, null, false, List.of()));
          } else if (!counts && Queues.keepsMembers(name)) {
            anyMember(name, any -> load(name, any ? found : Found.of(null), answer));
          } else {
            load(name, found, answer);
          }
        });
  }

  private void load(String name, Found counts, Consumer<Kept> answer) {
    keys(
        QueueFormat.ownedPrefix(name),
        owned -> answer.accept(new Kept(counts.row(), counts.damage(), true, owned)));
  }

  /// Whether a session that is kept is a member.
  void anyMember(String name, Consumer<Boolean> answer) {
    byte[] prefix = QueueFormat.memberPrefix(name);
    table.scan(
        prefix,
        1,
        found ->
            answer.accept(
                !found.isEmpty() && QueueFormat.startsWith(found.getFirst().key(), prefix)));
  }

  /// The keys of all rows below a queue's own.
  void keysBelow(String name, Consumer<List<byte[]>> answer) {
    keys(
        QueueFormat.ownedPrefix(name),
        owned ->
            keys(
                QueueFormat.memberPrefix(name),
                members -> {
                  List<byte[]> all = new ArrayList<>(owned);
                  all.addAll(members);
                  answer.accept(all);
                }));
  }

  /// The keys of the rows that say of one message each that it is done.
  void owned(String name, Consumer<List<byte[]>> answer) {
    keys(QueueFormat.ownedPrefix(name), answer);
  }

  private void keys(byte[] prefix, Consumer<List<byte[]>> answer) {
    keys(prefix, prefix, new ArrayList<>(), answer);
  }

  private void keys(byte[] prefix, byte[] from, List<byte[]> found, Consumer<List<byte[]>> answer) {
    table.scan(
        from,
        ROWS_PER_SCAN,
        page -> {
          for (Table.Entry entry : page) {
            if (!QueueFormat.startsWith(entry.key(), prefix)) {
              answer.accept(found);
              return;
            }
            found.add(entry.key());
          }
          if (page.size() < ROWS_PER_SCAN) {
            answer.accept(found);
          } else {
            keys(prefix, after(page.getLast().key()), found, answer);
          }
        });
  }

  private static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /// Gives the name of every queue that begins with `prefix`, without reading what is below each.
  void names(String prefix, Consumer<String> each, Runnable end) {
    names(QueueFormat.key(prefix), QueueFormat.key(prefix), each, end);
  }

  private void names(byte[] prefix, byte[] from, Consumer<String> each, Runnable end) {
    table.scan(
        from,
        ROWS_PER_SCAN,
        page -> {
          String name = "";
          for (Table.Entry entry : page) {
            if (!QueueFormat.startsWith(entry.key(), prefix)) {
              end.run();
              return;
            }
            String next = QueueFormat.name(entry.key());
            if (entry.key().length == QueueFormat.key(next).length) {
              each.accept(next);
            }
            name = next;
          }
          if (page.size() < ROWS_PER_SCAN) {
            end.run();
          } else {
            names(prefix, QueueFormat.endKey(name), each, end);
          }
        });
  }

  // ---------------------------------------------------------------- rows for batches

  /// How far a queue is, from the node that deals for it.
  static Batch.Row row(String name, QueueRow row) {
    return new Batch.Row(
        Tables.QUEUES, QueueFormat.key(name), QueueFormat.encode(row), Claims.ofQueue(name));
  }

  /// Nothing of a queue is to be kept, says the node that deals for it.
  ///
  /// @param below the keys of its rows below its own
  static void forget(Batch batch, String name, List<byte[]> below) {
    batch.row(removed(name, QueueFormat.key(name)));
    below.forEach(key -> batch.row(removed(name, key)));
  }

  /// Nothing of a queue is to be kept for which nobody can deal.
  static void forgetDamaged(Batch batch, String name, List<byte[]> below) {
    batch.row(removed(QueueFormat.key(name)));
    below.forEach(key -> batch.row(removed(key)));
  }

  /// The node that deals for a queue needs a row no more.
  static Batch.Row removed(String name, byte[] key) {
    return new Batch.Row(Tables.QUEUES, key, null, Claims.ofQueue(name));
  }

  static Batch.Row removed(byte[] key) {
    return new Batch.Row(Tables.QUEUES, key, null);
  }

  /// Says whether a client's session is a member, from the node that acts for the client.
  static Batch.Row member(String name, String clientId, boolean is) {
    return new Batch.Row(
        Tables.QUEUES,
        QueueFormat.memberKey(name, clientId),
        is ? new byte[0] : null,
        Claims.ofClient(clientId));
  }

  /// Says that a message is done, from the node that deals for the queue.
  static Batch.Row owned(String name, int partition, long offset) {
    return new Batch.Row(
        Tables.QUEUES,
        QueueFormat.ownedKey(name, partition, offset),
        new byte[0],
        Claims.ofQueue(name));
  }

  /// Says whether a message is a client's own, from the node that acts for the client: like the
  /// other rows of its session it is not kept if another node does.
  static Batch.Row owned(String name, int partition, long offset, String clientId, boolean is) {
    return new Batch.Row(
        Tables.QUEUES,
        QueueFormat.ownedKey(name, partition, offset),
        is ? new byte[0] : null,
        Claims.ofClient(clientId));
  }
}
