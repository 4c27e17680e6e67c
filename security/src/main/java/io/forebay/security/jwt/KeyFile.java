package io.forebay.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys in a file. Its content is compared, which finds every change, whatever the file system's
/// clock says. A file that is not good leaves things as they are and is told once.
public final class KeyFile implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private volatile KeySet keys;
  private @Nullable String lastTrouble;

  private KeyFile(Path file, KeySet keys) {
    this.file = file;
    this.keys = keys;
  }

  /// @throws IOException if there are no keys in it
  public static KeyFile open(Path file) throws IOException {
    return new KeyFile(file, parse(file, read(file)));
  }

  @Override
  public KeySet current() {
    return keys;
  }

  @Override
  public synchronized void look() {
    try {
      String text = read(file);
      if (!keys.isOf(text)) {
        keys = parse(file, text);
        LOG.info("keys for tokens: {} read again from {}", keys.size(), file);
      }
      lastTrouble = null;
    } catch (IOException e) {
      String trouble = String.valueOf(e.getMessage());
      if (!trouble.equals(lastTrouble)) {
        LOG.warn("keys for tokens: those in use are kept: {}", trouble);
        lastTrouble = trouble;
      }
    }
  }

  /// The file is looked at so often that there is nothing to gain.
  @Override
  public void renew(Runnable then) {
    then.run();
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  private static String read(Path file) throws IOException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException("too large for a key set, over 1 MiB");
      }
      return Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read, " + e.getMessage(), e);
    }
  }

  private static KeySet parse(Path file, String text) throws IOException {
    try {
      return KeySet.parse(text);
    } catch (IOException e) {
      throw new IOException(file + " " + e.getMessage(), e);
    }
  }
}
