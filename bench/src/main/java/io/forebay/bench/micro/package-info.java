/// What single steps of the message path cost, measured with JMH.
@NullMarked
package io.forebay.bench.micro;

import org.jspecify.annotations.NullMarked;
