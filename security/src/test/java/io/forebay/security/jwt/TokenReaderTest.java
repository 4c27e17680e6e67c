package io.forebay.security.jwt;

import static io.forebay.security.jwt.Issuer.NOW_MILLIS;
import static io.forebay.security.jwt.Issuer.NOW_SECONDS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.core.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenReaderTest {

  private record Remark(Object value) implements Principal.Rules {}

  private static TokenReader reader(Function<Object, Principal.Rules> readRules) {
    return new TokenReader(
        new TokenSettings(
            "https://issuer.example", "mqtt", 30, "sub", "groups", "forebay", readRules));
  }

  private static Principal read(String token, KeySet keys) throws BadToken {
    return reader(Remark::new).read(token, keys, NOW_MILLIS);
  }

  private static Principal read(Consumer<JwtClaims> change) throws Exception {
    Issuer issuer = Issuer.any("k");
    return read(issuer.token(change), Issuer.keySet(issuer));
  }

  private static void assertBad(String token, KeySet keys, String reason) {
    assertThatExceptionOfType(BadToken.class)
        .isThrownBy(() -> read(token, keys))
        .withMessageContaining(reason)
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain(token, "eyJ"));
  }

  private static void assertBad(Consumer<JwtClaims> change, String reason) throws Exception {
    Issuer issuer = Issuer.any("k");
    assertBad(issuer.token(change), Issuer.keySet(issuer), reason);
  }

  // ---------------------------------------------------------------- signatures

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"})
  void tokensOfAllGoodAlgorithmsAreRead(String algorithm) throws Exception {
    Issuer issuer = Issuer.of(algorithm, "k");
    Principal anna = read(issuer.token(), Issuer.keySet(issuer));
    assertThat(anna.user()).isEqualTo("anna");
    assertThat(anna.expiresAtMillis()).isEqualTo((NOW_SECONDS + 3600) * 1_000);
  }

  @Test
  void aTokenWithoutAKeyIdIsTriedWithTheKeysThatFit() throws Exception {
    Issuer issuer = Issuer.of("ES256", "here");
    KeySet keys = Issuer.keySet(Issuer.any("a"), issuer, Issuer.of("RS256", "b"));
    issuer.key.setKeyId(null);
    assertThat(read(issuer.token(), keys).user()).isEqualTo("anna");
  }

  @Test
  void aTokenOfAnotherKeyIsTold() throws Exception {
    Issuer issuer = Issuer.any("known");
    KeySet keys = Issuer.keySet(issuer);
    assertThatExceptionOfType(BadToken.class)
        .isThrownBy(() -> read(Issuer.any("unknown").token(), keys))
        .matches(fault -> fault.keyUnknown);
    assertBad(Issuer.any("known").token(), keys, "signature is wrong");
  }

  @Test
  void aChangedTokenIsRefused() throws Exception {
    Issuer issuer = Issuer.any("k");
    String[] part = issuer.token().split("\\.", -1);
    String other = issuer.token(claims -> claims.setSubject("root")).split("\\.", -1)[1];
    assertBad(part[0] + "." + other + "." + part[2], Issuer.keySet(issuer), "signature is wrong");
  }

  @Test
  void aTokenThatIsNotSignedIsRefused() throws Exception {
    JsonWebSignature token = new JsonWebSignature();
    token.setAlgorithmConstraints(AlgorithmConstraints.ALLOW_ONLY_NONE);
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    token.setPayload(Issuer.claims().toJson());
    assertBad(
        token.getCompactSerialization(),
        Issuer.keySet(Issuer.any("k")),
        "algorithm 'none' is not taken");
  }

  @Test
  void ourPublicKeyIsNoSecretToSignWith() throws Exception {
    Issuer issuer = Issuer.of("RS256", "k");
    JsonWebSignature token = new JsonWebSignature();
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    token.setKeyIdHeaderValue("k");
    token.setKey(new HmacKey(issuer.key.getPublicKey().getEncoded()));
    token.setPayload(Issuer.claims().toJson());
    assertBad(
        token.getCompactSerialization(), Issuer.keySet(issuer), "algorithm 'HS256' is not taken");
  }

  @Test
  void rubbishIsRefused() throws Exception {
    KeySet keys = Issuer.keySet(Issuer.any("k"));
    assertBad("eyJ.a.b", keys, "damaged");
    String header = Base64.getUrlEncoder().encodeToString("{\"alg\":7}".getBytes(UTF_8));
    assertBad(header + ".a.b", keys, "");
  }

  // ---------------------------------------------------------------- time, issuer, audience

  @Test
  void theEndCountsToTheSecondAndWithoutLeeway() throws Exception {
    assertThat(read(claims -> claims.setExpirationTime(in(1))).user()).isEqualTo("anna");
    assertBad(claims -> claims.setExpirationTime(in(0)), "expired");
    assertBad(claims -> claims.setExpirationTime(in(-31)), "expired");
  }

  @Test
  void aTokenWithoutAnEndIsRefused() throws Exception {
    assertBad(claims -> claims.unsetClaim("exp"), "no end (exp)");
    assertBad(claims -> claims.setClaim("exp", "tomorrow"), "");
  }

  @Test
  void anEndInAnotherAgeDoesNotOverflow() throws Exception {
    assertThat(read(claims -> claims.setExpirationTime(in(Long.MAX_VALUE / 2))).expiresAtMillis())
        .isGreaterThan(NOW_MILLIS);
  }

  @Test
  void theIssuersClockMayBeAheadByTheLeeway() throws Exception {
    assertThat(read(claims -> claims.setNotBefore(in(30))).user()).isEqualTo("anna");
    assertBad(claims -> claims.setNotBefore(in(31)), "not valid yet");
    assertThat(read(claims -> claims.setIssuedAt(in(30))).user()).isEqualTo("anna");
    assertBad(claims -> claims.setIssuedAt(in(31)), "issued in the future");
    assertThat(read(claims -> claims.setIssuedAt(NumericDate.fromSeconds(0))).user())
        .isEqualTo("anna");
  }

  private static NumericDate in(long seconds) {
    return NumericDate.fromSeconds(NOW_SECONDS + seconds);
  }

  @Test
  void issuerAndAudienceMustBeTheConfiguredOnes() throws Exception {
    assertBad(claims -> claims.setIssuer("https://other.example"), "another issuer");
    assertBad(claims -> claims.unsetClaim("iss"), "no issuer");
    assertBad(claims -> claims.setAudience("web"), "another audience");
    assertBad(claims -> claims.unsetClaim("aud"), "no audience");
    assertThat(read(claims -> claims.setAudience("web", "mqtt")).user()).isEqualTo("anna");
  }

  @Test
  void withoutConfigurationAnyIssuerAndAudienceWillDo() throws Exception {
    Issuer issuer = Issuer.any("k");
    TokenReader open =
        new TokenReader(new TokenSettings(null, null, 0, "sub", "groups", "forebay", Remark::new));
    assertThat(open.read(issuer.token(), Issuer.keySet(issuer), NOW_MILLIS).user())
        .isEqualTo("anna");
  }

  // ---------------------------------------------------------------- claims

  @Test
  void aTokenMustNameItsUser() throws Exception {
    assertBad(claims -> claims.unsetClaim("sub"), "'sub' names no user");
    assertBad(claims -> claims.setClaim("sub", " "), "'sub' names no user");
  }

  @ParameterizedTest
  @CsvSource({"one two,2", "one two one,2", "' one  two ',2", "one,1", "'',0"})
  void groupsMayStandInARow(String groups, int count) throws Exception {
    Principal anna = read(claims -> claims.setClaim("groups", groups));
    assertThat(anna.groups()).hasSize(count);
    assertThat(List.of("one", "two")).containsAll(anna.groups());
  }

  @Test
  void groupsMayBeAList() throws Exception {
    assertThat(read(claims -> claims.setStringListClaim("groups", "a b", "c", "c")).groups())
        .containsExactlyInAnyOrder("a b", "c");
    assertThat(read(claims -> {}).groups()).isEmpty();
    assertBad(claims -> claims.setClaim("groups", List.of("a", 1)), "no list of names");
    assertBad(claims -> claims.setClaim("groups", 1), "no list of names");
  }

  @Test
  void otherTextsAreThereForRulesToAsk() throws Exception {
    Principal anna =
        read(
            claims -> {
              claims.setClaim("tenant", "acme");
              claims.setStringListClaim("sites", "north", "south");
              claims.setClaim("level", 3);
              claims.setClaim("address", Map.of("city", "Ulm"));
            });
    assertThat(anna.claims())
        .containsEntry("tenant", List.of("acme"))
        .containsEntry("sites", List.of("north", "south"))
        .doesNotContainKeys("level", "address", "forebay");
  }

  @Test
  void rulesAreReadByWhoeverKnowsThem() throws Exception {
    Principal anna = read(claims -> claims.setClaim("forebay", Map.of("allow", List.of("a/#"))));
    assertThat(anna.rules()).isEqualTo(new Remark(Map.of("allow", List.of("a/#"))));
    assertThat(read(claims -> {}).rules()).isNull();
  }

  @Test
  void rulesThatAreNotGoodKeepTheTokenOut() throws Exception {
    Issuer issuer = Issuer.any("k");
    String token = issuer.token(claims -> claims.setClaim("forebay", "all"));
    KeySet keys = Issuer.keySet(issuer);
    Function<Object, Principal.Rules> strict =
        value -> {
          throw new IllegalArgumentException("a list is expected");
        };
    assertThatExceptionOfType(BadToken.class)
        .isThrownBy(() -> reader(strict).read(token, keys, NOW_MILLIS))
        .withMessage("its claim 'forebay': a list is expected");
  }
}
