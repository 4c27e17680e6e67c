/// Logging: one line per event on standard error, set up in code. Imports nothing of the house.
@NullMarked
package io.forebay.server.logging;

import org.jspecify.annotations.NullMarked;
