/// The doors: sockets, TLS, WebSocket and the PROXY protocol, on Netty. A door turns whatever a
/// client dials into one thing, a channel of plain MQTT bytes, and hands it to a [Protocol].
///
/// The way in, one stage after the other, each leaving the pipeline when its work is done:
///
/// ```
/// accept ─▶ Admission ─▶ PROXY header ─▶ TLS handshake ─▶ HTTP upgrade ─▶ Protocol.newHandler
///                        └────────── PreambleDeadline bounds all of it ──────────┘
/// ```
///
/// [Admission] is asked twice: at once, and when the header has said who is there.
///
/// What stays in the pipeline: TCP `protocol` · TLS `SslHandler, protocol` · WebSocket `frame
/// decoder, frame encoder, WebSocketBytes, protocol`, with `SslHandler` before them if secure.
///
/// May import Netty, SLF4J and the JDK. Knows neither the configuration nor the broker.
@NullMarked
package io.forebay.server.net;

import org.jspecify.annotations.NullMarked;
