/// Users by the client certificates that a door has verified.
@NullMarked
package io.forebay.security.certificate;

import org.jspecify.annotations.NullMarked;
