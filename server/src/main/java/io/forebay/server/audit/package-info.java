/// The audit log: who came in, who was refused what, who changed the node. Decorates what decides,
/// and writes off the event loops.
@NullMarked
package io.forebay.server.audit;

import org.jspecify.annotations.NullMarked;
