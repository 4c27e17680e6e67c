package io.forebay.core.log;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The latest value per key, ordered by key (unsigned bytes). Rows change through a [Batch]. Reads
/// never block; any thread; answers come on any thread, perhaps before the call returns, and show
/// every batch that was settled before the call.
public interface Table {

  void get(byte[] key, Consumer<byte @Nullable []> answer);

  /// Rows from `fromKey` on, in order.
  ///
  /// @param limit at most so many rows
  default void scan(byte[] fromKey, int limit, Consumer<List<Entry>> answer) {
    scan(fromKey, limit, Long.MAX_VALUE, answer);
  }

  /// Rows from `fromKey` on, in order.
  ///
  /// @param limit at most so many rows
  /// @param enoughBytes and none after the one with which their keys and values reach this
  void scan(byte[] fromKey, int limit, long enoughBytes, Consumer<List<Entry>> answer);

  /// How many rows there are, perhaps estimated.
  long size();

  /// Keys and values of all rows, perhaps estimated.
  long bytes();

  record Entry(byte[] key, byte[] value) {
    public int bytes() {
      return key.length + value.length;
    }
  }
}
