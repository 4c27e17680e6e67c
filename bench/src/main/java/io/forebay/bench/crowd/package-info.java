/// Ten million clients in one process: the broker, its connections and Netty's event loops,
/// pipelines and buffers are the real ones, only the socket is replaced by memory.
@NullMarked
package io.forebay.bench.crowd;

import org.jspecify.annotations.NullMarked;
