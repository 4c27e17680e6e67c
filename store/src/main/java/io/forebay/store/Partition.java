package io.forebay.store;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Message;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A partition of the embedded engine, on disk or in memory.
///
/// The writer stages messages, writes, then either makes them readable or forgets them; all other
/// methods may be called on any thread and answer on any thread.
interface Partition {
  String stream();

  Durability durability();

  long head();

  long start();

  long endangered();

  void read(Log.Request request, Consumer<Log.Slice> answer);

  void fetch(long[] offsets, Consumer<List<Stored>> answer);

  void seek(long timestampMillis, LongConsumer answer);

  // ---------------------------------------------------------------- the writer's

  /// Gives the message its offset and prepares the write of it.
  Stored stage(Message message, WriteBatch batch) throws RocksDBException;

  /// Nothing more comes in this commit.
  void finish(WriteBatch batch) throws RocksDBException;

  /// What was staged is written: comes for each message, then [#publish].
  void written(Stored stored);

  /// Lets readers at what was written.
  void publish();

  /// What was staged was not written.
  void abandon();

  /// Removes what retention no longer keeps.
  ///
  /// @return whether `batch` has something to write for that, after which [#publish] is due
  boolean retain(long nowMillis, WriteBatch batch) throws RocksDBException;

  /// The database was opened again.
  ///
  /// @param clean whether it was closed in order before
  void reopen(Database database, boolean clean) throws RocksDBException;
}
