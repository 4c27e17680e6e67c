package io.forebay.server.cli;

import io.forebay.core.security.Principal;
import io.forebay.security.acl.Acl;
import io.forebay.security.acl.Explanation;
import io.forebay.security.acl.Question;
import io.forebay.server.logging.ControlCharacters;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay acl test`: asks the rules, as a node would.
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Say whether somebody may do something, and which rule decides.",
      "No node is asked: rules and groups are read from their files."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay acl test --user bob --publish a/b",
      "  forebay acl test --file acl.yaml --user bob --client bob-1 --subscribe 'a/#'",
      "  forebay acl test --user bob --group workers --queue orders",
      "  forebay acl test --claim role=worker --share 'pool/jobs/#'",
      "  forebay acl test --publish a/b                    somebody without a name",
      "",
      "Exit code: 0 allowed, 1 denied, 2 wrong arguments or wrong rules.",
    })
public final class AclTestCommand implements Callable<Integer> {
  private static final int DENIED = 1;
  private static final Explanation FREE =
      new Explanation(true, 0, "", "no security is configured, everything is allowed", List.of());

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description = "Who; without it somebody who showed no credentials.")
  private @Nullable String user;

  @Option(
      names = {"-i", "--client"},
      paramLabel = "ID",
      description = "The client id (default: ${DEFAULT-VALUE}).")
  private String client = "client-1";

  @Option(
      names = {"-g", "--group"},
      paramLabel = "NAME",
      description = "A group that the user is in, beside those of the password file; repeatable.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--claim",
      paramLabel = "NAME=VALUE",
      description = "What the credentials claim; repeatable.")
  private List<String> claims = new ArrayList<>();

  @ArgGroup(multiplicity = "1")
  private AclQuestion wish = new AclQuestion();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private AclSource source = new AclSource();

  @Override
  public Integer call() throws IOException {
    Acl acl = source.acl();
    Question question = question();
    Explanation answer = acl == null ? FREE : acl.explain(question);
    PrintWriter out = spec.commandLine().getOut();
    lines(question, answer).stream().map(ControlCharacters::escape).forEach(out::println);
    out.flush();
    return answer.allowed() ? CommandLine.ExitCode.OK : DENIED;
  }

  private Question question() throws IOException {
    Set<String> all = new TreeSet<>(groups);
    if (user != null) {
      all.addAll(source.groups(user));
    }
    try {
      return wish.of(new Principal(user, client, all, claims(), null, Principal.NEVER));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, List<String>> claims() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String claim : claims) {
      int equals = claim.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--claim reads NAME=VALUE, not '" + claim + "'");
      }
      all.computeIfAbsent(claim.substring(0, equals), name -> new ArrayList<>())
          .add(claim.substring(equals + 1));
    }
    return all;
  }

  private List<String> lines(Question question, Explanation answer) {
    if (json) {
      return List.of(json(question, answer));
    }
    List<String> lines = new ArrayList<>();
    String verb = answer.allowed() ? "allowed" : "denied";
    lines.add(verb + ": " + question.principal().name() + " wants to " + question.words());
    lines.add(
        answer.rule() == 0
            ? answer.reason()
            : "rule " + answer.rule() + " at " + answer.place() + " decides: " + answer.reason());
    answer.passedOver().forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static String json(Question question, Explanation answer) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("allowed").value(answer.allowed());
    if (question.principal().user() != null) {
      json.name("user").value(question.principal().user());
    }
    json.name("client").value(question.principal().clientId());
    json.name("action").value(question.action().word());
    json.name("text").value(question.text());
    json.name("label").value(question.label());
    json.name("rule").value(answer.rule());
    json.name("place").value(answer.place());
    json.name("reason").value(answer.reason());
    json.name("passedOver").beginArray();
    answer.passedOver().forEach(json::value);
    return json.endArray().endObject().toString();
  }
}
