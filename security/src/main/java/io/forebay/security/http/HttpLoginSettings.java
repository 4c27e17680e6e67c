package io.forebay.security.http;

import io.forebay.core.security.Principal;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;

/// Whom to ask, and how patiently.
///
/// @param timeout for one answer
/// @param concurrency requests under way at a time
/// @param cacheFor how long an answer counts; zero for not at all
/// @param cacheEntries answers that are remembered
/// @param fallsBackToCached whether an old answer counts while the service gives none
/// @param readRules makes rules of what the service sends, and throws IllegalArgumentException if
///   they are none
public record HttpLoginSettings(
    URI url,
    Duration timeout,
    int concurrency,
    Duration cacheFor,
    int cacheEntries,
    boolean fallsBackToCached,
    Function<Object, Principal.Rules> readRules) {}
