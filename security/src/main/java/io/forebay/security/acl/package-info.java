/// Rules that say who may do what: read from a file or from what came with credentials, asked in
/// their order, and able to say why. Knows `core` and the YAML library.
@NullMarked
package io.forebay.security.acl;

import org.jspecify.annotations.NullMarked;
