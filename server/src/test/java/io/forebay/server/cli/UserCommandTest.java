package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UserCommandTest {
  private static final String HASH = "\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[^:]+";
  private static final String SCRAM = "SCRAM-SHA-256\\$15000:[^:]+:[^:]+";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;
  private Path users = Path.of("");

  @BeforeEach
  void name() {
    users = directory.resolve("users");
  }

  private int run(String... words) {
    CommandLine commandLine =
        ForebayCommand.commandLine(
            config -> {
              throw new IllegalStateException("no node is wanted");
            },
            words);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(words);
  }

  /// With the file of this test.
  private int user(String... words) {
    List<String> arguments = new ArrayList<>(List.of("user"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--file", users.toString()));
    return run(arguments.toArray(String[]::new));
  }

  private String password(String text) throws IOException {
    return Files.writeString(directory.resolve("password"), text).toString();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(users);
  }

  private void addAnn() throws IOException {
    String password = password("geheim\r\nsecond line\n");
    assertThat(user("add", "ann", "-g", "b", "--group", "a", "--password-file", password)).isZero();
  }

  @Test
  void addWritesALineAndSaysNothing() throws IOException {
    addAnn();
    assertThat(user("add", "bob", "--scram", "--password-file", password("pw"))).isZero();
    assertThat(lines()).hasSize(2);
    assertThat(lines().getFirst()).matches("ann:" + HASH + ":b,a");
    assertThat(lines().getLast()).matches("bob:" + HASH + "::" + SCRAM);
    assertThat(out.toString() + err).isEmpty();
  }

  @Test
  void passwdChangesThePasswordAndNothingElse() throws IOException {
    assertThat(user("add", "ann", "-g", "a", "--scram", "--password-file", password("geheim")))
        .isZero();
    String before = lines().getFirst();
    assertThat(user("passwd", "ann", "--password-file", password("other"))).isZero();
    assertThat(lines()).singleElement().asString().matches("ann:" + HASH + ":a:" + SCRAM);
    assertThat(lines().getFirst().split(":", -1))
        .doesNotContain(before.split(":", -1)[1], before.split(":", -1)[5]);
  }

  @Test
  void passwdCanAddScram() throws IOException {
    addAnn();
    assertThat(user("passwd", "ann", "--scram", "--password-file", password("other"))).isZero();
    assertThat(lines()).singleElement().asString().matches("ann:" + HASH + ":b,a:" + SCRAM);
  }

  @Test
  void deleteTakesTheLineOut() throws IOException {
    addAnn();
    assertThat(user("delete", "ann")).isZero();
    assertThat(lines()).isEmpty();
  }

  @Test
  void listShowsNamesAndGroupsAndNoHash() throws IOException {
    addAnn();
    assertThat(user("list")).isZero();
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly("NAME SCRAM GROUPS", "ann no b,a");
    out.getBuffer().setLength(0);
    assertThat(user("list", "--json")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo(
            "{\"file\":\"%s\",\"users\":[{\"name\":\"ann\",\"groups\":[\"b\",\"a\"],\"scram\":false}]}"
                .formatted(users));
  }

  @Test
  void theFileIsTheConfiguredOneEvenIfTheRestOfTheConfigurationIsWrong() throws IOException {
    String set = "security.passwords=" + users;
    String[] wrong = {"--set", set, "--set", "listeners.mqtt.port=x"};
    String password = password("pw");
    assertThat(
            run(
                "user",
                "add",
                "ann",
                "--password-file",
                password,
                wrong[0],
                wrong[1],
                wrong[2],
                wrong[3]))
        .isZero();
    assertThat(lines()).hasSize(1);
    assertThat(run("user", "list")).isEqualTo(2);
    assertThat(err.toString()).contains("no password file is named: give --file FILE");
  }

  @Test
  void aNodeWithoutItsPasswordFileSaysHowToMakeIt() {
    assertThat(run("serve", "--set", "security.passwords=" + users)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "forebay: --set security.passwords=%s: %s is not a file that can be read; make it with:"
                    .formatted(users, users)
                + " ./forebay user add NAME --file "
                + users
                + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add ann --password-file PW | user 'ann' is in FILE already; change the password with:",
        "passwd bob --password-file PW | there is no user 'bob' in FILE; add it with: ./forebay",
        "delete bob | there is no user 'bob' in FILE",
        "add a:b --password-file PW | a user's name has no ':'",
        "add bob -g a,b --password-file PW | a group's name has no ':' or ','",
        "add bob --password-file EMPTY | the password is empty",
        "add bob --password-file BELL --scram | the password has characters that SCRAM cannot take",
        "add bob --password-file MISSING | cannot read --password-file MISSING",
        "add bob --password-file PW --password-stdin | exclude each other",
        "add bob | there is no terminal to ask for the password at",
        "add | NAME"
      })
  void aMistakeIsSaidInWordsAndChangesNothing(String words, String wrong) throws IOException {
    addAnn();
    List<String> before = lines();
    String empty = Files.writeString(directory.resolve("empty"), "\nsecond line").toString();
    String bell = Files.writeString(directory.resolve("bell"), "a\u0007b").toString();
    String arguments =
        words.replace("PW", password("geheim")).replace("EMPTY", empty).replace("BELL", bell);
    assertThat(user(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString())
        .contains(wrong.replace("FILE", users.toString()))
        .doesNotContain("geheim")
        .doesNotContain("\tat ");
    assertThat(lines()).isEqualTo(before);
  }

  @Test
  void aDamagedFileIsLeftAlone() throws IOException {
    Files.writeString(users, "# mine\nann\n");
    assertThat(user("list")).isEqualTo(2);
    assertThat(user("delete", "ann")).isEqualTo(2);
    assertThat(user("add", "bob", "--password-file", password("pw"))).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("forebay: " + users + ":2: it is not name:hash:groups"));
    assertThat(users).hasContent("# mine\nann\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "passwd", "delete", "list"})
  void everyCommandHelpsWithExamples(String command) {
    assertThat(user(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: forebay user " + command, "Examples:", "--file");
  }

  @Test
  void withoutACommandItSaysWhatThereIs() {
    assertThat(run("user")).isEqualTo(2);
    assertThat(err.toString()).contains("say what to do: add, passwd, delete or list");
  }
}
