package io.forebay.server.cli;

import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import io.forebay.server.logging.ControlCharacters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `forebay user list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "List users with their groups, and whether they can use SCRAM.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay user list --file passwords",
      "  forebay user list --json | jq -r '.users[] | select(.scram) | .name'",
      "",
      "Exit code: 0 shown, 2 something has to be changed first.",
    })
final class UserListCommand implements Callable<Integer> {
  private static final String FORM = "%-32s %-6s %s";

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private final UserFileOptions file = new UserFileOptions();

  @Override
  public Integer call() throws IOException {
    Path path = file.file();
    Collection<User> users = PasswordFiles.read(path).users().values();
    PrintWriter out = file.out();
    if (json) {
      out.println(json(path, users));
    } else {
      out.println(FORM.formatted("NAME", "SCRAM", "GROUPS"));
      users.forEach(user -> out.println(ControlCharacters.escape(line(user))));
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private static String line(User user) {
    return FORM.formatted(
        user.name(), user.scram() == null ? "no" : "yes", String.join(",", user.groups()));
  }

  private static JsonWriter json(Path file, Collection<User> users) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("file").value(file.toString()).name("users").beginArray();
    for (User user : users) {
      json.beginObject().name("name").value(user.name()).name("groups").beginArray();
      user.groups().forEach(json::value);
      json.endArray().name("scram").value(user.scram() != null).endObject();
    }
    return json.endArray().endObject();
  }
}
