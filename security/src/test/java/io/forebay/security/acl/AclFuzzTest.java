package io.forebay.security.acl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;

/// An ACL file; behind a null character, a user, a client id and a topic or filter, each on a line.
class AclFuzzTest {
  private static final int LEVELS = 128;

  @FuzzTest
  void rulesAreRefusedInWordsOrAnswerEveryQuestionAsTheyExplainIt(byte[] input) {
    String[] parts = new String(input, UTF_8).split("\0", 2);
    Acl acl;
    try {
      acl = new Acl(RuleSet.parse(parts[0], "acl.yaml"));
    } catch (AclException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    String[] asked = parts.length == 2 ? parts[1].split("\n", 3) : new String[0];
    if (asked.length == 3) {
      ask(acl, new Principal(asked[0].isEmpty() ? null : asked[0], asked[1]), asked[2]);
    }
  }

  private static void ask(Acl acl, Principal principal, String text) {
    assertThat(acl.mayConnect(principal))
        .isEqualTo(acl.explain(Question.connect(principal)).allowed());
    assertThat(acl.mayAdminister(principal))
        .isEqualTo(acl.explain(Question.administer(principal)).allowed());
    if (TopicName.problem(text, LEVELS) == null) {
      // The node's own topics are refused before any rule is asked, which only an explanation says.
      boolean explained = acl.explain(Question.publish(principal, text)).allowed();
      assertThat(acl.mayPublish(principal, text) || !explained).isTrue();
    }
    TopicFilter filter;
    try {
      filter = TopicFilter.parse(text, LEVELS);
    } catch (IllegalArgumentException e) {
      return;
    }
    boolean explained = acl.explain(Question.subscribe(principal, filter)).allowed();
    assertThat(acl.maySubscribe(principal, filter) || !explained).isTrue();
  }
}
