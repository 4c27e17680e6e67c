package io.forebay.server.kafka;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/// What Kafka says of one of its topics.
///
/// @param configs its settings by name; empty if we may not see them
/// @param allowed what we may do with it
public record TopicFacts(
    String name,
    int partitions,
    int replicas,
    Map<String, String> configs,
    Set<AclOperation> allowed) {}
