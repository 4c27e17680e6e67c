/// Users by asking an HTTP service, and what it takes to ask one without waiting too long for it.
/// JSON is read and written by jose4j.
@NullMarked
package io.forebay.security.http;

import org.jspecify.annotations.NullMarked;
