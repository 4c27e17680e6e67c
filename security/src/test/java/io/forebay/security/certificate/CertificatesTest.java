package io.forebay.security.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Principal;
import io.forebay.security.Verdict;
import io.netty.pkitesting.CertificateBuilder;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CertificatesTest {

  private static CertificateBuilder of(String subject) {
    // What signs itself has to be an authority; here that does not matter.
    return new CertificateBuilder().subject(subject).setIsCertificateAuthority(true);
  }

  private static Verdict check(
      CertificateName name, boolean groups, @Nullable X509Certificate certificate) {
    List<Verdict> answers = new ArrayList<>();
    new Certificates(name, groups)
        .check(new Credentials("client", "ignored", null, "peer", certificate), answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private static Principal known(CertificateName name, CertificateBuilder certificate)
      throws Exception {
    Verdict verdict = check(name, true, certificate.buildSelfSigned().getCertificate());
    assertThat(verdict).isInstanceOf(Verdict.Known.class);
    return ((Verdict.Known) verdict).principal();
  }

  @Test
  void theCommonNameIsTheUserAndTheUnitsAreTheGroups() throws Exception {
    Principal meter = known(CertificateName.CN, of("CN=meter-7,OU=north,OU=meters,O=Acme"));
    assertThat(meter.user()).isEqualTo("meter-7");
    assertThat(meter.clientId()).isEqualTo("client");
    assertThat(meter.groups()).containsExactlyInAnyOrder("north", "meters");
  }

  @Test
  void ofSeveralCommonNamesTheMostSpecificIsTheUser() throws Exception {
    assertThat(known(CertificateName.CN, of("CN=meter-7,CN=meters,O=Acme")).user())
        .isEqualTo("meter-7");
  }

  @Test
  void whatIsEscapedInANameIsPartOfIt() throws Exception {
    assertThat(known(CertificateName.CN, of("CN=a\\,OU\\=admins,O=Acme")))
        .satisfies(each -> assertThat(each.user()).isEqualTo("a,OU=admins"))
        .satisfies(each -> assertThat(each.groups()).isEmpty());
    assertThat(known(CertificateName.CN, of("CN=a+OU=b,O=Acme")).groups()).containsExactly("b");
  }

  @Test
  void anAlternativeNameMayBeTheUser() throws Exception {
    CertificateBuilder certificate =
        of("CN=x")
            .addSanDnsName("a.example")
            .addSanDnsName("b.example")
            .addSanRfc822Name("anna@example.com")
            .addSanUriName("urn:meter:7");
    assertThat(known(CertificateName.DNS, certificate).user()).isEqualTo("a.example");
    assertThat(known(CertificateName.EMAIL, certificate).user()).isEqualTo("anna@example.com");
    assertThat(known(CertificateName.URI, certificate).user()).isEqualTo("urn:meter:7");
  }

  @Test
  void whoNamesNobodyThereIsLeftToOthers() throws Exception {
    X509Certificate certificate = of("O=Acme").buildSelfSigned().getCertificate();
    for (CertificateName each : CertificateName.values()) {
      assertThat(check(each, true, certificate)).isInstanceOf(Verdict.Unknown.class);
      assertThat(check(each, true, null)).isInstanceOf(Verdict.Unknown.class);
    }
  }

  @Test
  void unitsAreNoGroupsUnlessConfigured() throws Exception {
    X509Certificate certificate = of("CN=a,OU=b").buildSelfSigned().getCertificate();
    assertThat(((Verdict.Known) check(CertificateName.CN, false, certificate)).principal().groups())
        .isEmpty();
  }

  @Test
  void theConnectionEndsWithTheCertificate() throws Exception {
    X509Certificate certificate = of("CN=a").buildSelfSigned().getCertificate();
    assertThat(
            ((Verdict.Known) check(CertificateName.CN, false, certificate))
                .principal()
                .expiresAtMillis())
        .isEqualTo(certificate.getNotAfter().toInstant().toEpochMilli());
  }
}
