/// The configuration: typed, immutable, checked before anything starts. One record per section; a
/// record's components are its keys (`retainFor` is `retain-for`), each with its [Doc] and its
/// check in the constructor. [ConfigLoader] reads them off by reflection, so that a new key is one
/// component and nothing else. A component named `…Bytes` is a size, and its key does without the
/// unit: `packetSizeBytes` is `packet-size`.
///
/// Imports nothing of the house.
@NullMarked
package io.forebay.server.config;

import org.jspecify.annotations.NullMarked;
