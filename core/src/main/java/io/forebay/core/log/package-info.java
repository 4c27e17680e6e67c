/// What the core asks of storage: an [Engine] that makes messages ordered and durable, a [Log] that
/// is read by position and filter, a [Table] of latest values. Interfaces and the batch that
/// travels through them; implementations live in other rooms. Imports `message` and `topic`.
@NullMarked
package io.forebay.core.log;

import org.jspecify.annotations.NullMarked;
