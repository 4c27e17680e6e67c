/// What a client keeps between connections, as positions instead of messages. May import every
/// package of the core but the façade.
@NullMarked
package io.forebay.core.session;

import org.jspecify.annotations.NullMarked;
