package io.forebay.security.scram;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.StringPreparation;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.EnhancedAuthenticator.Exchange;
import io.forebay.core.security.Principal;
import io.forebay.security.Guesses;
import io.forebay.security.Witness;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final Credentials CREDENTIALS =
      new Credentials("client", null, null, "10.0.0.1:1", null);

  private final Map<String, ScramUser> users = new HashMap<>();
  private final Guesses guesses = new Guesses(() -> 0);
  private final Scram scram =
      new Scram(users::get, guesses, Witness.NOBODY, new SecureRandom(), () -> SERVER_NONCE);

  private void user(String name, String password) {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    users.put(name, new ScramUser(Set.of("g"), ScramVerifier.of(password, salt, 4096)));
  }

  private static Decision step(Exchange exchange, @Nullable String data) {
    List<Decision> decisions = new ArrayList<>();
    exchange.step(data == null ? null : data.getBytes(UTF_8), decisions::add);
    assertThat(decisions).hasSize(1);
    return decisions.getFirst();
  }

  private static String challenge(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Challenge.class);
    return decision instanceof Decision.Challenge challenge
        ? new String(challenge.data(), UTF_8)
        : "";
  }

  private static void assertRefused(Decision decision, Why why) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.why()).isEqualTo(why));
  }

  /// What a client answers that knows the password.
  private static String proof(String bare, String serverFirst, String password) {
    String[] parts = serverFirst.split(",", -1);
    byte[] salted =
        ScramFunctions.saltedPassword(
            ScramVerifier.MECHANISM,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            Base64.getDecoder().decode(parts[1].substring(2)),
            Integer.parseInt(parts[2].substring(2)));
    String withoutProof = "c=biws," + parts[0];
    byte[] clientKey = ScramFunctions.clientKey(ScramVerifier.MECHANISM, salted);
    byte[] signature =
        ScramFunctions.clientSignature(
            ScramVerifier.MECHANISM,
            ScramFunctions.storedKey(ScramVerifier.MECHANISM, clientKey),
            bare + "," + serverFirst + "," + withoutProof);
    byte[] proof = ScramFunctions.clientProof(clientKey, signature);
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  private Decision login(String escapedName, String password) {
    Exchange exchange = scram.begin(CREDENTIALS);
    String bare = "n=" + escapedName + ",r=abc";
    String serverFirst = challenge(step(exchange, "n,," + bare));
    return step(exchange, proof(bare, serverFirst, password));
  }

  @Test
  void theExampleOfTheStandard() {
    // RFC 7677 §3.
    user("user", "pencil");
    Exchange exchange = scram.begin(CREDENTIALS);
    assertThat(challenge(step(exchange, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    Decision decision =
        step(
            exchange,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Admitted.class,
            admitted -> {
              assertThat(admitted.data())
                  .asString(UTF_8)
                  .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
              assertThat(admitted.principal())
                  .isEqualTo(
                      new Principal(
                          "user", "client", Set.of("g"), Map.of(), null, Principal.NEVER));
            });
  }

  @Test
  void aWrongPasswordStaysOutAndCountsAsAGuess() {
    user("user", "pencil");
    for (int i = 0; i < Guesses.MOST_FAILURES; i++) {
      assertRefused(login("user", "Pencil"), Why.CREDENTIALS);
    }
    assertRefused(step(scram.begin(CREDENTIALS), "n,,n=user,r=abc"), Why.BUSY);
  }

  @Test
  void aUserThatIsNotThereLooksLikeOneThatIs() {
    String first = challenge(step(scram.begin(CREDENTIALS), "n,,n=eve,r=abc"));
    String again = challenge(step(scram.begin(CREDENTIALS), "n,,n=eve,r=abc"));
    String other = challenge(step(scram.begin(CREDENTIALS), "n,,n=bob,r=abc"));
    assertThat(first)
        .isEqualTo(again)
        .matches("r=abc.*,s=[A-Za-z0-9+/]{22}==,i=15000")
        .isNotEqualTo(other);
    assertRefused(login("eve", "pencil"), Why.CREDENTIALS);
  }

  @Test
  void namesWithCommasAndEqualsSignsAreEscaped() {
    user("a,b=c", "pencil");
    assertThat(login("a=2Cb=3Dc", "pencil")).isInstanceOf(Decision.Admitted.class);
    user("zoë", "pencil");
    assertThat(login("zoë", "pencil")).isInstanceOf(Decision.Admitted.class);
  }

  @Test
  void aClientMayNameTheMethodFirstAndSpeakThen() {
    user("user", "pencil");
    Exchange exchange = scram.begin(CREDENTIALS);
    assertThat(challenge(step(exchange, null))).isEmpty();
    assertThat(challenge(step(exchange, "n,,n=user,r=abc"))).startsWith("r=abc");
    Exchange silent = scram.begin(CREDENTIALS);
    assertThat(challenge(step(silent, null))).isEmpty();
    assertRefused(step(silent, null), Why.CREDENTIALS);
  }

  @Test
  void whoMayActAsItselfMayActAsNobodyElse() {
    user("user", "pencil");
    assertThat(challenge(step(scram.begin(CREDENTIALS), "n,a=user,n=user,r=abc")))
        .startsWith("r=abc");
    assertRefused(step(scram.begin(CREDENTIALS), "n,a=root,n=user,r=abc"), Why.CREDENTIALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n,,",
        "n,,n=user",
        "n,,n=,r=abc",
        "n,,n=user,r=",
        "n,,r=abc,n=user",
        "x,,n=user,r=abc",
        "p=tls-unique,,n=user,r=abc",
        "n,,n=us=er,r=abc",
        "n,,n=user,r=a b",
        "n,,m=x,n=user,r=abc",
        ",,,,,,",
        "n,,n=user,r=a\u0000b"
      })
  void whatIsNoFirstWordIsRefused(String word) {
    user("user", "pencil");
    assertRefused(step(scram.begin(CREDENTIALS), word), Why.CREDENTIALS);
  }

  @Test
  void whatIsNoLastWordIsRefused() {
    user("user", "pencil");
    String nonce = "abc" + SERVER_NONCE;
    String proof = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    for (String word :
        List.of(
            "",
            ",,",
            "c=biws,r=" + nonce,
            "c=biws,r=other," + proof,
            "c=eSws,r=" + nonce + "," + proof,
            "c=biws,r=" + nonce + ",p=AAAA",
            "c=biws,r=" + nonce + ",p=!",
            "c=biws,r=" + nonce + "," + proof + ",x=1")) {
      Exchange exchange = scram.begin(CREDENTIALS);
      step(exchange, "n,,n=user,r=abc");
      assertRefused(step(exchange, word), Why.CREDENTIALS);
    }
  }

  @Test
  void bytesThatAreNoTextOrTooManyAreRefused() {
    List<Decision> decisions = new ArrayList<>();
    scram.begin(CREDENTIALS).step("n,,n=\u00ff,r=a".getBytes(ISO_8859_1), decisions::add);
    scram.begin(CREDENTIALS).step(new byte[5_000], decisions::add);
    assertThat(decisions).hasSize(2).allSatisfy(each -> assertRefused(each, Why.CREDENTIALS));
  }

  @Test
  void aVerifierIsReadAsItIsWritten() {
    ScramVerifier verifier = ScramVerifier.of("pencil", new SecureRandom());
    assertThat(verifier.iterations()).isEqualTo(ScramVerifier.ITERATIONS);
    assertThat(ScramVerifier.parse(verifier.toString())).hasToString(verifier.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SCRAM-SHA-1$4096:AAAA$AAAA:AAAA",
        "SCRAM-SHA-256$4095:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
            + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d:wfPL",
        "SCRAM-SHA-256$4096:=$=:=",
      })
  void aVerifierThatIsNoneIsTold(String text) {
    assertThatThrownBy(() -> ScramVerifier.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SCRAM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0007b", "\u00ad", "\u202e"})
  void aPasswordThatScramCannotTakeIsToldWithoutIt(String password) {
    assertThatThrownBy(() -> ScramVerifier.of(password, new SecureRandom()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("has characters that SCRAM cannot take (SASLprep)");
  }
}
