package io.forebay.store;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// RocksDB's reasons in the words of whoever has to act on them.
final class OpeningTrouble {
  private OpeningTrouble() {}

  static StoreException explain(Path directory, RocksDBException e) {
    String said = String.valueOf(e.getMessage());
    if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption) {
      return new StoreException(
          "data in "
              + directory
              + " is damaged ("
              + said
              + "): nothing was changed; look at it with `forebay log verify`",
          e);
    }
    if (said.contains("LOCK") || said.contains("lock ")) {
      return new StoreException(
          "another Forebay uses the data directory "
              + directory
              + " ("
              + said
              + "): stop it, or give this one a directory of its own",
          e);
    }
    return new StoreException("cannot open the data directory " + directory + ": " + said, e);
  }
}
