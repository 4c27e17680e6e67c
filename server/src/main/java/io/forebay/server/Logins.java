package io.forebay.server;

import io.forebay.security.acl.RuleSet;
import io.forebay.security.certificate.CertificateName;
import io.forebay.security.certificate.Certificates;
import io.forebay.security.http.HttpLogin;
import io.forebay.security.http.HttpLoginSettings;
import io.forebay.security.jwt.KeyFile;
import io.forebay.security.jwt.KeySource;
import io.forebay.security.jwt.KeyUrl;
import io.forebay.security.jwt.TokenSettings;
import io.forebay.security.jwt.Tokens;
import io.forebay.server.config.CertificatesConfig;
import io.forebay.server.config.HttpLoginConfig;
import io.forebay.server.config.JwtConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Users by tokens, by certificates and by asking a service, as the configuration has them. Each
/// check is made once at most, if its section is configured.
final class Logins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  /// A second's work or two.
  private static final int MOST_TOKENS_WAITING = 10_000;

  private static final int IDLE_SECONDS = 30;

  private @Nullable Tokens tokens;
  private @Nullable HttpLogin http;

  /// Takes up keys that have changed. Reads from disk.
  void reload() {
    if (tokens != null) {
      tokens.look();
    }
  }

  @Override
  public void close() {
    if (tokens != null) {
      tokens.close();
    }
    if (http != null) {
      http.close();
    }
  }

  Certificates certificates(CertificatesConfig config) {
    CertificateName name =
        switch (config.user()) {
          case CN -> CertificateName.CN;
          case DNS -> CertificateName.DNS;
          case EMAIL -> CertificateName.EMAIL;
          case URI -> CertificateName.URI;
          case NONE -> throw new IllegalArgumentException("certificates name no user");
        };
    return new Certificates(name, config.groups());
  }

  /// @throws IOException if the file with the keys is not good
  Tokens tokens(JwtConfig config) throws IOException {
    TokenSettings settings =
        new TokenSettings(
            config.issuer(),
            config.audience(),
            Math.toIntExact(config.leeway().toSeconds()),
            config.user(),
            config.groups(),
            config.rules(),
            RuleSet::ofCredentials);
    Tokens opened = new Tokens(settings, keys(config), verifiers(), System::currentTimeMillis);
    tokens = opened;
    return opened;
  }

  private static KeySource keys(JwtConfig config) throws IOException {
    Path file = config.jwksFile();
    URI url = config.jwksUrl();
    if (file != null) {
      try {
        return KeyFile.open(file);
      } catch (IOException e) {
        throw new IOException("security.jwt.jwks: " + e.getMessage(), e);
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("there are no keys");
    }
    warnIfPlain("security.jwt.jwks", url, "put keys of his own there and sign tokens");
    return KeyUrl.open(url, config.refresh(), System::nanoTime);
  }

  private static ExecutorService verifiers() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    ThreadPoolExecutor verifiers =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_TOKENS_WAITING),
            task -> Thread.ofPlatform().name("forebay-tokens").daemon().unstarted(task));
    verifiers.allowCoreThreadTimeOut(true);
    return verifiers;
  }

  HttpLogin http(HttpLoginConfig config) {
    if (config.url() == null) {
      throw new IllegalArgumentException("there is nobody to ask");
    }
    URI url = URI.create(config.url());
    warnIfPlain("security.http.url", url, "read passwords and let anybody in");
    HttpLoginSettings settings =
        new HttpLoginSettings(
            url,
            config.timeout(),
            config.concurrency(),
            config.cacheFor(),
            config.cacheEntries(),
            config.fallback() == HttpLoginConfig.Fallback.CACHED,
            RuleSet::ofCredentials);
    HttpLogin opened = new HttpLogin(settings, System::currentTimeMillis, System::nanoTime);
    http = opened;
    return opened;
  }

  private static void warnIfPlain(String key, URI url, String danger) {
    String host = url.getHost();
    boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    if (url.getScheme().equals("http") && !here) {
      LOG.warn("{} is not encrypted: whoever is between us and {} can {}", key, host, danger);
    }
  }
}
