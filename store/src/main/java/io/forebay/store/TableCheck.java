package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Tables;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads tables: every row has to be what its table holds.
final class TableCheck {
  private static final int ROWS_PER_TELLING = 16_384;

  private final Database database;
  private final LogCheck.RowReader reader;
  private final LogCheck.Progress progress;
  private final Consumer<LogCheck.Damage> found;

  TableCheck(
      Database database,
      LogCheck.RowReader reader,
      LogCheck.Progress progress,
      Consumer<LogCheck.Damage> found) {
    this.database = database;
    this.reader = reader;
    this.progress = progress;
    this.found = found;
  }

  void check(List<String> tables) {
    for (String table : tables) {
      ColumnFamilyHandle family = database.find(table);
      if (family != null) {
        check(table, family);
      }
    }
  }

  private void check(String table, ColumnFamilyHandle family) {
    long all = 0;
    long wrong = 0;
    String first = "";
    try (ReadOptions once = new ReadOptions().setFillCache(false);
        RocksIterator rows = database.db().newIterator(family, once)) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        String why = trouble(table, rows.key(), rows.value());
        if (why != null && wrong++ == 0) {
          first = "'" + new String(rows.key(), UTF_8) + "': " + why;
        }
        if (all++ % ROWS_PER_TELLING == 0) {
          progress.at("table " + table + ", rows", all, 0);
        }
      }
      rows.status();
    } catch (RocksDBException e) {
      found.accept(
          new LogCheck.Damage("table " + table, "after row " + all + ": " + LogCheck.words(e)));
    }
    if (wrong > 0) {
      found.accept(
          new LogCheck.Damage(
              "table " + table, wrong + " rows cannot be decoded, the first is " + first));
    }
  }

  private @Nullable String trouble(String table, byte[] key, byte[] value) {
    try {
      if (table.equals(Tables.RETAINED)) {
        String topic = MessageFormat.decode(value).message().topic();
        return topic.equals(new String(key, UTF_8)) ? null : "it is a message on " + topic;
      }
      reader.read(table, key, value);
      return null;
    } catch (RuntimeException e) {
      return LogCheck.words(e);
    }
  }
}
