package io.forebay.security.password;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The users of a password file as they are now. The file may change while the node runs. Any
/// thread.
public final class Users {
  private static final Logger LOG = LoggerFactory.getLogger(Users.class);

  private final Path file;
  private volatile Map<String, User> users;
  private volatile int version;
  private byte[] digest;
  private @Nullable String lastTrouble;

  private Users(Path file, byte[] content) throws PasswordFileException {
    this.file = file;
    users = PasswordFile.parse(file.toString(), content).users();
    digest = digest(content);
  }

  /// @throws PasswordFileException if the file cannot be read or is damaged
  public static Users open(Path file) throws IOException {
    Users users = new Users(file, PasswordFiles.content(file));
    if (users.users.isEmpty()) {
      LOG.warn("{} has no users; add one with: ./forebay user add NAME --file {}", file, file);
    }
    if (PasswordFiles.readableByAll(file)) {
      LOG.warn("{} can be read by everybody on this machine; run: chmod o-r {}", file, file);
    }
    return users;
  }

  public @Nullable User find(String name) {
    return users.get(name);
  }

  /// Another number after every change that was taken up.
  public int version() {
    return version;
  }

  /// Takes up the file if its content is another one, which finds every change, whatever the file
  /// system's clock says. A file that is not good leaves things as they are and is told once. Reads
  /// from disk, so not for an event loop.
  ///
  /// @return the names that were there and are not any more
  public synchronized Set<String> reload() {
    try {
      byte[] content = PasswordFiles.content(file);
      byte[] now = digest(content);
      if (MessageDigest.isEqual(now, digest)) {
        lastTrouble = null;
        return Set.of();
      }
      Map<String, User> before = users;
      users = PasswordFile.parse(file.toString(), content).users();
      digest = now;
      version++;
      lastTrouble = null;
      LOG.info("{} users read again from {}", users.size(), file);
      Set<String> gone = new TreeSet<>(before.keySet());
      gone.removeAll(users.keySet());
      return gone;
    } catch (IOException e) {
      warnOnce(String.valueOf(e.getMessage()));
      return Set.of();
    }
  }

  private void warnOnce(String trouble) {
    if (!trouble.equals(lastTrouble)) {
      LOG.warn("the users in use are kept: {}", trouble);
      lastTrouble = trouble;
    }
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }
}
