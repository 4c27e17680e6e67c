package io.forebay.security.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ServerFinalMessage;
import com.ongres.scram.common.ServerFirstMessage;
import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Decision.Why;
import io.forebay.core.security.EnhancedAuthenticator;
import io.forebay.core.security.Principal;
import io.forebay.security.Refusals;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client's conversation: its name and nonce, our nonce and its salt, its proof, ours.
final class ScramExchange implements EnhancedAuthenticator.Exchange {
  private final Scram scram;
  private final Credentials credentials;
  private final Refusals refusals;
  private boolean asked;

  /// What was said, once it was.
  private @Nullable Said said;

  /// @param known whether the user is there
  private record Said(
      ScramMessage.First first, String nonce, String serverFirst, ScramUser user, boolean known) {}

  ScramExchange(Scram scram, Credentials credentials) {
    this.scram = scram;
    this.credentials = credentials;
    refusals = new Refusals(scram.witness);
  }

  @Override
  public void step(byte @Nullable [] data, Consumer<Decision> answer) {
    answer.accept(decide(data == null ? new byte[0] : data));
  }

  private Decision decide(byte[] data) {
    try {
      Said before = said;
      if (before != null) {
        return end(before, ScramMessage.Final.parse(data, before.first().header(), before.nonce()));
      }
      if (data.length == 0 && !asked) {
        // CONNECT named the method and said nothing yet: the first word is the client's.
        asked = true;
        return new Decision.Challenge(new byte[0]);
      }
      return begin(ScramMessage.First.parse(data));
    } catch (IllegalArgumentException e) {
      return refuse(Why.CREDENTIALS, "SCRAM: " + e.getMessage());
    }
  }

  private Decision begin(ScramMessage.First first) {
    if (scram.guesses.tooMany(credentials.peer())) {
      return refuse(Why.BUSY, "too many wrong passwords from its address");
    }
    ScramUser user = scram.find(first.user());
    boolean known = user != null;
    if (user == null) {
      user = scram.nobody(first.user());
    }
    String ours = scram.nonce();
    String salt = Base64.getEncoder().encodeToString(user.verifier().salt());
    String message =
        new ServerFirstMessage(first.nonce(), ours, salt, user.verifier().iterations()).toString();
    said = new Said(first, first.nonce() + ours, message, user, known);
    return new Decision.Challenge(message.getBytes(UTF_8));
  }

  private Decision end(Said before, ScramMessage.Final last) {
    ScramVerifier verifier = before.user().verifier();
    String spoken = before.first().bare() + "," + before.serverFirst() + "," + last.withoutProof();
    boolean proven =
        ScramFunctions.verifyClientProof(
            ScramVerifier.MECHANISM, last.proof(), verifier.storedKey(), spoken);
    String name = before.first().user();
    if (!proven || !before.known()) {
      scram.guesses.failed(credentials.peer());
      return refuse(
          Why.CREDENTIALS,
          before.known()
              ? "SCRAM: the proof of user '" + name + "' is wrong"
              : "SCRAM: there is no user '" + name + "' with a SCRAM verifier");
    }
    byte[] signature =
        ScramFunctions.serverSignature(ScramVerifier.MECHANISM, verifier.serverKey(), spoken);
    Principal principal =
        new Principal(
            name, credentials.clientId(), before.user().groups(), Map.of(), null, Principal.NEVER);
    scram.witness.admitted(credentials, principal);
    return new Decision.Admitted(
        principal, new ServerFinalMessage(signature).toString().getBytes(UTF_8));
  }

  private Decision refuse(Why why, String reason) {
    return refusals.refuse(credentials, why, reason);
  }
}
