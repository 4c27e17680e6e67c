package io.forebay.server.config;

/// Where a value comes from.
///
/// @param where as errors name it: `forebay.yaml:12:3`, `--set a.b=c`, `environment FOREBAY_A_B`
/// @param namesKey `where` says which key it is about
record Origin(String where, boolean namesKey) {}
