package io.forebay.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates of one TLS door: TLS 1.3 and 1.2 by the JDK, client certificates if there is a
/// client CA. Files that change are taken up by [#reload] for new connections; those that are open
/// keep what they have.
final class TlsContext {

  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

  private final String listener;
  private final TlsFiles files;
  private volatile SslContext context;

  // Guarded by this.
  private TlsMaterial material;
  private @Nullable ClientTrust clientTrust;
  private @Nullable String lastTrouble;
  private List<String> lastGaps = List.of();

  private TlsContext(String listener, TlsFiles files) throws DoorException {
    this.listener = listener;
    this.files = files;
    material = TlsMaterial.read(files);
    clientTrust = material.clientTrust();
    context = material.context(clientTrust);
  }

  /// @param listener for messages
  static TlsContext open(String listener, TlsFiles files) throws DoorException {
    try {
      TlsContext opened = new TlsContext(listener, files);
      opened.warnOfGaps();
      return opened;
    } catch (DoorException e) {
      throw new DoorException(listener + " listener: " + e.getMessage(), e);
    }
  }

  /// Called on any event loop.
  SslHandler newHandler(ByteBufAllocator alloc) {
    boolean lists = files.clients() != null && files.clients().crl() != null;
    SslHandler handler = context.newHandler(alloc, HandshakeThreads.where(lists));
    handler.setHandshakeTimeoutMillis(0); // PreambleDeadline bounds it
    return handler;
  }

  /// Reads the files and compares their content, which finds every change, whatever the file
  /// system's clock says; they are small. Files that are not good leave things as they are and are
  /// told once. Reads from disk, so not for an event loop.
  ///
  /// @return whether the context was replaced
  synchronized boolean reload() {
    boolean replaced = false;
    try {
      TlsMaterial now = TlsMaterial.read(files);
      List<Path> changed = now.changedSince(material);
      if (!changed.isEmpty()) {
        ClientTrust trust = now.clientTrust();
        context = now.context(trust);
        clientTrust = trust;
        material = now;
        replaced = true;
        LOG.info("{} listener: reloaded {}", listener, changed);
      }
      lastTrouble = null;
    } catch (DoorException e) {
      warnOnce(String.valueOf(e.getMessage()));
    }
    warnOfGaps();
    return replaced;
  }

  private void warnOnce(String trouble) {
    if (!trouble.equals(lastTrouble)) {
      LOG.warn("{} listener: the certificates in use are kept: {}", listener, trouble);
      lastTrouble = trouble;
    }
  }

  /// A revocation list goes out of date without a change of its file.
  private synchronized void warnOfGaps() {
    List<String> gaps = clientTrust == null ? List.of() : clientTrust.gaps(Instant.now());
    for (String each : gaps) {
      if (!lastGaps.contains(each)) {
        LOG.warn("{} listener: {}", listener, each);
      }
    }
    lastGaps = gaps;
  }
}
