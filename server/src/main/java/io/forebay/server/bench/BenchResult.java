package io.forebay.server.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// What came out of a run. The counts are of the whole run; rates and latencies are of the time
/// after the warm-up. Latencies are in nanoseconds.
///
/// @param seconds measured time
/// @param refused publishes that the broker answered with a reason of 0x80 or above
/// @param unacknowledged publishes without an answer at the end
/// @param unsent messages that were due and never sent, because the window was full
/// @param lost messages that the broker took and did not deliver, counted per receiver
/// @param connections made, of every kind
/// @param connectionsLost that broke before the end
/// @param trouble the first thing that went wrong, null if nothing did
/// @param connect from the start of a connection to CONNACK
/// @param delivery from the time a message was to be sent to a subscriber
/// @param acknowledgement from the time a message was to be sent to its acknowledgement
public record BenchResult(
    double seconds,
    long published,
    double publishedPerSecond,
    long acknowledged,
    long refused,
    long unacknowledged,
    long unsent,
    long delivered,
    double deliveredPerSecond,
    long lost,
    long duplicates,
    int connections,
    double connectionsPerSecond,
    long connectionsLost,
    @Nullable String trouble,
    Histogram connect,
    Histogram delivery,
    Histogram acknowledgement) {}
