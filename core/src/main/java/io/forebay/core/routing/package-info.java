/// Who gets what: the filters of connected subscribers, the match of a message against them, and
/// the hand-over to the event loops. Imports `message`, `topic`, `log`.
///
/// Threads: a [io.forebay.core.routing.Lane] is the broker's side of one event loop; everything a
/// subscriber owns is touched on its lane only. Between lanes nothing travels but hand-overs, one
/// per lane and commit.
@NullMarked
package io.forebay.core.routing;

import org.jspecify.annotations.NullMarked;
