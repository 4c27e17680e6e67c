/// Topics: names, filters, and the index that finds the filters a name matches. Imports nothing of
/// the house.
@NullMarked
package io.forebay.core.topic;

import org.jspecify.annotations.NullMarked;
