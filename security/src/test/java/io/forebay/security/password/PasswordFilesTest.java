package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFilesTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("users");
  }

  private void add(String name) throws IOException {
    PasswordFiles.change(file, true, users -> users.with(CheapHash.user(name, "x")));
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aNewFileIsForItsOwnerOnly() throws IOException {
    add("ann");
    assertThat(permissions()).isEqualTo("rw-------");
    assertThat(PasswordFiles.readableByAll(file)).isFalse();
    assertThat(PasswordFiles.read(file).users()).containsOnlyKeys("ann");
  }

  @Test
  void whoMayReadAFileMayReadItAfterAChange() throws IOException {
    add("ann");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    add("bob");
    assertThat(permissions()).isEqualTo("rw-r--r--");
    assertThat(PasswordFiles.readableByAll(file)).isTrue();
  }

  @Test
  void aLinkStaysALink() throws IOException {
    add("ann");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("users"));
    PasswordFiles.change(link, false, users -> users.with(CheapHash.user("bob", "x")));
    assertThat(link).isSymbolicLink();
    assertThat(PasswordFiles.read(file).users()).containsOnlyKeys("ann", "bob");
  }

  @Test
  void aFileThatIsMissingIsMadeOnlyWhenAsked() {
    assertThatThrownBy(() -> PasswordFiles.change(file, false, users -> users))
        .isInstanceOf(PasswordFileException.class)
        .hasMessage(file + " is not there; make it with: ./forebay user add NAME --file " + file);
    assertThat(file).doesNotExist();
    assertThatThrownBy(() -> PasswordFiles.change(folder.resolve("no/users"), true, users -> users))
        .isInstanceOf(PasswordFileException.class)
        .hasMessageContaining("the folder of the password file has to be there");
  }

  @Test
  void aChangeThatMustNotBeAndADamagedFileChangeNothing() throws IOException {
    add("ann");
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(
            () ->
                PasswordFiles.change(
                    file,
                    false,
                    users -> {
                      throw new PasswordFileException("no");
                    }))
        .hasMessage("no");
    assertThat(file).hasBinaryContent(before);

    Files.writeString(file, "ann\n");
    assertThatThrownBy(() -> add("bob")).hasMessageContaining("users:1: ");
    assertThat(file).hasContent("ann\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("users", ".users.lock");
    }
  }

  @Test
  void whoChangesItAtTheSameTimeLosesNothing() throws Exception {
    List<Future<?>> changes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 40; i++) {
        String name = "user" + i;
        changes.add(
            threads.submit(
                () -> {
                  add(name);
                  return null;
                }));
      }
      for (Future<?> change : changes) {
        change.get();
      }
    }
    assertThat(PasswordFiles.read(file).users()).hasSize(40);
  }

  @Test
  void whatIsTooLargeIsNotRead() throws IOException {
    Files.writeString(file, "#");
    try (SeekableByteChannel out = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      out.position(65L << 20).write(UTF_8.encode("#"));
    }
    assertThatThrownBy(() -> PasswordFiles.read(file)).hasMessageContaining("at most 64 MiB");
  }
}
