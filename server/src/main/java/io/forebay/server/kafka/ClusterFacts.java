package io.forebay.server.kafka;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.Node;

/// What a cluster says of itself.
///
/// @param features versions that are in force, by name; empty if the brokers do not tell
/// @param newest the newest metadata version that all brokers know; 0 if they do not tell
/// @param refused topics that are not there and that a node could not make, by name, and why
/// @param topics those that hold messages and those of the nodes, by name
public record ClusterFacts(
    String id,
    List<Node> brokers,
    SortedMap<String, Short> features,
    int newest,
    Map<String, String> refused,
    SortedMap<String, TopicFacts> topics) {}
