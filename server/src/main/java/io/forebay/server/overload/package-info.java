/// Watches whether the node has more to do than it can do. Imports SLF4J and the JDK; is given its
/// clock, its probes and what to do about it.
@NullMarked
package io.forebay.server.overload;

import org.jspecify.annotations.NullMarked;
