package io.forebay.security.password;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Password files on disk: read as a whole, and replaced as a whole, so that nobody sees half of
/// one and a crash leaves the old or the new.
public final class PasswordFiles {
  private static final long LARGEST_BYTES = 64L << 20;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private PasswordFiles() {}

  /// What becomes of a file's content.
  @FunctionalInterface
  public interface Change {
    /// @throws PasswordFileException if it must not be: the file stays as it is
    PasswordFile apply(PasswordFile before) throws PasswordFileException;
  }

  /// @throws PasswordFileException if it cannot be read or is damaged
  public static PasswordFile read(Path file) throws IOException {
    return PasswordFile.parse(file.toString(), content(file));
  }

  static byte[] content(Path file) throws IOException {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw new PasswordFileException(
            file
                + ": a password file has at most 64 MiB; use another way to check that many users");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new PasswordFileException(
          file + " is not there; make it with: ./forebay user add NAME --file " + file, e);
    } catch (PasswordFileException e) {
      throw e;
    } catch (IOException e) {
      throw new PasswordFileException(
          file + " cannot be read (" + e + "); the user who runs this has to be allowed to", e);
    }
  }

  /// Whether others than its owner and group may read it.
  public static boolean readableByAll(Path file) throws IOException {
    return hasPermissions(file)
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
  }

  /// Changes a file. Who else does so at the same time, on this machine, waits for his turn.
  ///
  /// @param create whether the file may be missing
  public static void change(Path file, boolean create, Change change) throws IOException {
    boolean there = Files.exists(file);
    if (!there && !create) {
      content(file);
    }
    // What a link points to is changed, not the link.
    Path real = there ? file.toRealPath() : file.toAbsolutePath();
    // Locks are the process's, so threads have to wait here.
    synchronized (PasswordFiles.class) {
      try (FileChannel lock = lockFile(real);
          FileLock held = lock.lock()) {
        there = Files.exists(real);
        PasswordFile before = there ? read(file) : PasswordFile.EMPTY;
        replace(real, there, change.apply(before).content());
        assert held.isValid();
      }
    }
  }

  /// A file of its own, which stays: the password file is another one after each change.
  private static FileChannel lockFile(Path file) throws IOException {
    Path lock = file.resolveSibling("." + file.getFileName() + ".lock");
    try {
      Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return FileChannel.open(lock, options, ownerOnly(file));
    } catch (IOException e) {
      throw new PasswordFileException(
          lock
              + " cannot be written ("
              + e
              + "); the folder of the password file has to be there,"
              + " and be writable for whoever changes the file",
          e);
    }
  }

  private static void replace(Path file, boolean there, byte[] content) throws IOException {
    Path folder = file.resolveSibling("").toAbsolutePath();
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".new", ownerOnly(file));
    try {
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        if (there) {
          keepOwner(file, fresh);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    if (hasPermissions(file)) {
      // The name is not on disk before its folder is.
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  /// The node runs perhaps as another user than who changes the file, and has to read it after.
  private static void keepOwner(Path file, Path fresh) throws IOException {
    if (!hasPermissions(file)) {
      return;
    }
    PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributes now = Files.readAttributes(fresh, PosixFileAttributes.class);
    PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      if (!now.group().equals(old.group())) {
        view.setGroup(old.group());
      }
      if (!now.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
      view.setPermissions(old.permissions());
    } catch (IOException e) {
      throw new PasswordFileException(
          file
              + " belongs to "
              + old.owner()
              + ":"
              + old.group()
              + " and would not any more;"
              + " change it as that user",
          e);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return hasPermissions(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean hasPermissions(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
