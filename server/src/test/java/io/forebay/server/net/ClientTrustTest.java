package io.forebay.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTrustTest {
  @TempDir Path dir;

  private final House house = new House();
  private Certificates certificates;
  private X509Bundle good;
  private X509Bundle lost;

  @BeforeEach
  void authority() throws Exception {
    certificates = new Certificates(dir);
    good = certificates.issue("good");
    lost = certificates.issue("lost");
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Door open(Path crl) throws Exception {
    return house.open(House.tls(certificates.mutual("server", true, crl)));
  }

  private void assertTaken(Door door, X509Bundle shown) throws Exception {
    try (RawClient client = certificates.connect(door, shown)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
    }
  }

  private void assertRefused(Door door, X509Bundle shown) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> certificates.connect(door, shown).echo("hello"));
  }

  // ---------------------------------------------------------------- revoked

  @Test
  void aRevokedCertificateIsRefusedAndOthersAreNot() throws Exception {
    Door door = open(certificates.crl(lost));
    assertTaken(door, good);
    assertRefused(door, lost);
  }

  @Test
  void aRevocationCountsFromTheReloadOnAndOpenConnectionsStay() throws Exception {
    Door door = open(certificates.crl());
    try (RawClient before = certificates.connect(door, good);
        RawClient revoked = certificates.connect(door, lost)) {
      assertThat(revoked.echo("hello")).isEqualTo("hello");
      certificates.crl(lost);
      assertThat(door.reloadCertificates()).isTrue();
      assertRefused(door, lost);
      assertTaken(door, good);
      assertThat(before.echo("still")).isEqualTo("still");
      assertThat(revoked.echo("still")).isEqualTo("still");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aSessionFromBeforeTheRevocationIsNotResumed(String version) throws Exception {
    Door door = open(certificates.crl());
    SSLContext client = certificates.clientContext(lost);
    echo(client, door, version);
    certificates.crl(lost);
    door.reloadCertificates();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> echo(client, door, version));
  }

  private static void echo(SSLContext client, Door door, String version) throws Exception {
    try (RawClient once =
        new RawClient(Certificates.handshake(client, House.connect(door).socket, version))) {
      assertThat(once.echo("hello")).isEqualTo("hello");
    }
  }

  // ---------------------------------------------------------------- lists that do not count

  @Test
  void anOutOfDateListLetsNobodyIn() throws Exception {
    Instant now = Instant.now();
    String old = certificates.crl(now.minusSeconds(7200), now.minusSeconds(3600));
    Door door = open(certificates.file("crl.pem", old));
    assertRefused(door, good);
    certificates.crl();
    assertThat(door.reloadCertificates()).isTrue();
    assertTaken(door, good);
  }

  @Test
  void aListOfAStrangerLetsNobodyIn() throws Exception {
    // An authority of the same name, and with another key.
    Door door = open(new Certificates(dir).crl());
    assertRefused(door, good);
  }

  @Test
  void aFileWithoutAListOrWithADamagedOneIsTold() throws Exception {
    Path none = certificates.file("none.pem", certificates.authority.getCertificatePEM());
    assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> open(none))
        .withMessageContaining(none + ": no CRL in it");
    Path damaged =
        certificates.file("bad.pem", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    assertThatExceptionOfType(DoorException.class)
        .isThrownBy(() -> open(damaged))
        .withMessageContaining(damaged + ": damaged CRL");
  }

  @Test
  void aDamagedListLeavesThingsAsTheyWere() throws Exception {
    Door door = open(certificates.crl(lost));
    Files.writeString(dir.resolve("crl.pem"), "");
    assertThat(door.reloadCertificates()).isFalse();
    assertRefused(door, lost);
    assertTaken(door, good);
  }

  @Test
  void whoseListIsMissingOrOutOfDateIsTold() throws Exception {
    Instant now = Instant.now();
    ClientTrust without = trust(new Certificates(dir, "other"), certificates);
    assertThat(without.gaps(now)).singleElement().asString().contains("CN=other", "not in the");
    ClientTrust forged = trust(certificates, new Certificates(dir));
    assertThat(forged.gaps(now)).singleElement().asString().contains("not signed with its key");
    ClientTrust with = trust(certificates, certificates);
    assertThat(with.gaps(now)).isEmpty();
    assertThat(with.gaps(now.plusSeconds(7200))).singleElement().asString().contains("out of date");
  }

  private ClientTrust trust(Certificates authority, Certificates lists) throws Exception {
    PemFile crl = PemFile.read("crl", lists.crl());
    return new ClientTrust(List.of(authority.authority.getCertificate()), crl.crls());
  }

  // ---------------------------------------------------------------- optional

  @Test
  void whereACertificateIsOptionalABadOneIsNotGoodEnough() throws Exception {
    Door door = house.open(House.tls(certificates.mutual("server", false, certificates.crl(lost))));
    try (RawClient client = certificates.connect(door)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(ClientCertificate.of(house.echo.nextChannel())).isNull();
    }
    try (RawClient client = certificates.connect(door, good)) {
      assertThat(client.echo("hello")).isEqualTo("hello");
      assertThat(ClientCertificate.of(house.echo.nextChannel())).isEqualTo(good.getCertificate());
    }
    assertRefused(door, lost);
    X509Bundle stranger = new Certificates(dir).issue("stranger");
    assertRefused(door, stranger);
  }
}
