package io.forebay.server.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file of lines that only grows at its end, readable by its owner only. Before it gets too large
/// it becomes `FILE.1`, what was `FILE.1` becomes `FILE.2`, and so on; the last goes. One thread.
final class AuditFile implements Closeable {
  private final Path file;
  private final long mostBytes;
  private final int kept;
  private @Nullable FileChannel channel;

  /// @param kept how many older ones there may be
  AuditFile(Path file, long mostBytes, int kept) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.kept = kept;
  }

  /// Opens it unless it is open. Of a line that was begun and not ended nothing more will come.
  FileChannel open() throws IOException {
    FileChannel there = channel;
    if (there == null) {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      there =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              forItsOwner());
      channel = there;
      there.position(there.size());
      if (endsWithinALine(there)) {
        there.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
    return there;
  }

  private FileAttribute<?>[] forItsOwner() {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean endsWithinALine(FileChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
  }

  /// @throws IOException if not all of it was written; the next try opens the file anew
  void write(byte[] lines) throws IOException {
    try {
      FileChannel there = open();
      if (there.size() > 0 && there.size() + lines.length > mostBytes) {
        rotate();
        there = open();
      }
      ByteBuffer rest = ByteBuffer.wrap(lines);
      while (rest.hasRemaining()) {
        there.write(rest);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void rotate() throws IOException {
    close();
    for (int i = kept; i > 0; i--) {
      Path older = i == 1 ? file : numbered(i - 1);
      if (Files.exists(older)) {
        Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() throws IOException {
    FileChannel there = channel;
    channel = null;
    if (there != null) {
      there.close();
    }
  }
}
