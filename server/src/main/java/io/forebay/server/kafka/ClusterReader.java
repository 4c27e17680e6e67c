package io.forebay.server.kafka;

import io.forebay.kafka.mapping.StreamNames;
import io.forebay.server.config.KafkaConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// Asks a cluster about itself. Changes nothing.
public final class ClusterReader {
  private static final String METADATA = "metadata.version";

  private final KafkaConfig config;
  private final Duration patience;

  /// @param patience with each question
  public ClusterReader(KafkaConfig config, Duration patience) {
    this.config = config;
    this.patience = patience;
  }

  /// @throws Trouble if the cluster cannot be reached or refuses to say who it is
  public ClusterFacts read() throws Trouble, InterruptedException {
    try (Admin admin = Admin.create(properties())) {
      return read(admin);
    } catch (ExecutionException | KafkaException e) {
      String servers =
          config.client().all().getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
      throw Trouble.connecting(servers, patience, e);
    }
  }

  private Properties properties() {
    Properties properties = config.client().toProperties();
    int millis = Math.toIntExact(patience.toMillis());
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return properties;
  }

  private ClusterFacts read(Admin admin) throws ExecutionException, InterruptedException {
    DescribeClusterResult cluster = admin.describeCluster();
    String id = cluster.clusterId().get();
    List<Node> brokers = List.copyOf(cluster.nodes().get());
    SortedMap<String, Short> features = new TreeMap<>();
    int newest = 0;
    FeatureMetadata told = orNull(admin.describeFeatures().featureMetadata());
    if (told != null) {
      told.finalizedFeatures()
          .forEach((name, range) -> features.put(name, range.maxVersionLevel()));
      SupportedVersionRange supported = told.supportedFeatures().get(METADATA);
      newest = supported == null ? 0 : supported.maxVersion();
    }
    SortedMap<String, TopicFacts> topics = topics(admin);
    Map<String, String> refused = refused(admin, topics.keySet());
    return new ClusterFacts(id, brokers, features, newest, refused, topics);
  }

  /// Asks whether topics could be made, and makes none.
  private Map<String, String> refused(Admin admin, Set<String> there) throws InterruptedException {
    Set<String> missing = new TreeSet<>(StreamNames.SYSTEM);
    missing.add(config.defaultTopic());
    missing.removeAll(there);
    List<NewTopic> topics =
        missing.stream()
            .map(name -> new NewTopic(name, 1, (short) config.replicationFactor()))
            .toList();
    Map<String, String> refused = new HashMap<>();
    CreateTopicsOptions dry = new CreateTopicsOptions().validateOnly(true);
    for (var each : admin.createTopics(topics, dry).values().entrySet()) {
      try {
        each.getValue().get();
      } catch (ExecutionException e) {
        refused.put(each.getKey(), Trouble.innermost(e));
      }
    }
    return refused;
  }

  private SortedMap<String, TopicFacts> topics(Admin admin)
      throws ExecutionException, InterruptedException {
    StreamNames names = config.names();
    List<String> ours =
        admin.listTopics().names().get().stream()
            .filter(name -> names.mapped(name) || StreamNames.SYSTEM.contains(name))
            .toList();
    Map<String, KafkaFuture<TopicDescription>> described =
        admin
            .describeTopics(ours, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    Map<String, Map<String, String>> configs = configs(admin, ours);
    SortedMap<String, TopicFacts> topics = new TreeMap<>();
    for (String name : ours) {
      KafkaFuture<TopicDescription> future = described.get(name);
      // Deleted since it was listed, or hidden from us: as if it were not there.
      TopicDescription topic = future == null ? null : orNull(future);
      if (topic != null) {
        topics.put(name, facts(topic, configs.getOrDefault(name, Map.of())));
      }
    }
    return topics;
  }

  private static TopicFacts facts(TopicDescription topic, Map<String, String> configs) {
    int replicas =
        topic.partitions().stream().mapToInt(each -> each.replicas().size()).min().orElse(0);
    return new TopicFacts(
        topic.name(),
        topic.partitions().size(),
        replicas,
        configs,
        allowed(topic.authorizedOperations()));
  }

  private static Map<String, Map<String, String>> configs(Admin admin, List<String> topics)
      throws InterruptedException {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Map<String, String>> configs = new HashMap<>();
    for (var each : admin.describeConfigs(resources).values().entrySet()) {
      // Not allowed: the rest is still worth to be seen.
      Config config = orNull(each.getValue());
      if (config != null) {
        configs.put(each.getKey().name(), values(config.entries()));
      }
    }
    return configs;
  }

  private static Map<String, String> values(Collection<ConfigEntry> entries) {
    Map<String, String> values = new HashMap<>();
    for (ConfigEntry entry : entries) {
      if (entry.value() != null) {
        values.put(entry.name(), entry.value());
      }
    }
    return values;
  }

  private static <T> @Nullable T orNull(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return null;
    }
  }

  /// Null is what brokers say that do not check.
  private static Set<AclOperation> allowed(@Nullable Set<AclOperation> told) {
    return told == null ? Set.of(AclOperation.values()) : told;
  }
}
