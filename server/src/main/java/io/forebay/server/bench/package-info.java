/// The load generator behind `forebay bench`: publishers, subscribers and idle connections against
/// any MQTT broker, exact accounting of what was lost or came twice, and latencies that are
/// corrected for coordinated omission. May import `server.client`, `mqtt` and the core's words;
/// knows no command line.
@NullMarked
package io.forebay.server.bench;

import org.jspecify.annotations.NullMarked;
