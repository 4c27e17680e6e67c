package io.forebay.server.net;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The PEM files of a TLS door.
///
/// @param certificate the server's certificate, followed by its intermediates
/// @param key its private key, unencrypted: PKCS#8, PKCS#1 or SEC 1
/// @param clientCa whose clients are let in; when given, a client must show a certificate
public record TlsFiles(Path certificate, Path key, @Nullable Path clientCa) {}
