package io.forebay.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.message.Qos;
import io.forebay.it.Await;
import io.forebay.it.NodeProcess;
import io.forebay.it.TestAuthority;
import io.forebay.mqtt.ReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka that asks who comes, over TLS, and does not let everybody do everything.
class KafkaSecurityIT {
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";

  private static KafkaCluster cluster;
  private static Path folder;

  @BeforeAll
  static void aClusterWithPasswords(@TempDir Path dir) throws Exception {
    folder = dir;
    new TestAuthority(dir);
    Files.writeString(
        dir.resolve("broker.pem"),
        Files.readString(dir.resolve("server.key")) + Files.readString(dir.resolve("server.pem")));
    String clients = "listener.name.clients.";
    cluster =
        KafkaCluster.start(
            1,
            "listener.security.protocol.map="
                + "CLIENTS:SASL_SSL,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            clients + "ssl.keystore.type=PEM",
            clients + "ssl.keystore.location=" + dir.resolve("broker.pem"),
            clients + "sasl.enabled.mechanisms=PLAIN",
            clients + "plain.sasl.jaas.config=" + LOGIN + "user_forebay=\"secret\";",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS");
    cluster.createTopic("forbidden", 1);
    cluster.createTopic("hidden", 1);
    List<AclBinding> acls = new ArrayList<>();
    for (ResourceType each :
        List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
      acls.add(acl(each, "*", AclOperation.ALL, AclPermissionType.ALLOW));
    }
    acls.add(acl(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALL, AclPermissionType.ALLOW));
    acls.add(acl(ResourceType.TOPIC, "forbidden", AclOperation.WRITE, AclPermissionType.DENY));
    acls.add(acl(ResourceType.TOPIC, "hidden", AclOperation.READ, AclPermissionType.DENY));
    KafkaCluster.get(cluster.admin().createAcls(acls).all());
  }

  private static AclBinding acl(
      ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:forebay", "*", operation, permission));
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static String[] settings(String password) {
    return new String[] {
      "kafka.security.protocol=SASL_SSL",
      "kafka.sasl.mechanism=PLAIN",
      "kafka.sasl.jaas.config="
          + LOGIN
          + "username=\"forebay\" password=\"%s\";".formatted(password),
      "kafka.ssl.truststore.type=PEM",
      "kafka.ssl.truststore.location=" + folder.resolve("authority.pem")
    };
  }

  @Test
  void overTlsWithAPasswordANodeServesAndARefusedWriteIsToldToThePublisher() throws Exception {
    try (NodeProcess node = KafkaNodes.start(cluster, settings("secret"));
        Wanderer publisher = new Wanderer("secure-pub", 0, null);
        Wanderer subscriber = new Wanderer("secure-sub", 0, null)) {
      publisher.comesFirstTo(node);
      subscriber.comesFirstTo(node);
      subscriber.subscribe("open/x", Qos.AT_LEAST_ONCE);
      subscriber.subscribe("forbidden/x", Qos.AT_LEAST_ONCE);
      assertThat(publisher.refused("forbidden/x", "no")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
      publisher.publish("open/x", "yes", Qos.AT_LEAST_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("yes");
      // What it may not read harms nothing else, and what it may only write arrives there.
      publisher.publish("hidden/x", "written", Qos.AT_LEAST_ONCE);
      try (KafkaReader reader = cluster.reader("hidden")) {
        assertThat(KafkaReader.key(reader.next("written"))).isEqualTo("x");
      }
      publisher.publish("open/x", "still", Qos.EXACTLY_ONCE);
      assertThat(subscriber.nextText()).isEqualTo("still");
      cluster.produce("forbidden", "x", "from elsewhere");
      assertThat(subscriber.nextText()).isEqualTo("from elsewhere");
      assertThat(node.log()).contains("hidden").doesNotContain("secret");
      // What it said was an error, after which it cannot end without one.
      node.killAndWait();
    }
  }

  @Test
  void aNodeWithAWrongPasswordSaysSoAndIsNotReady() throws Exception {
    try (NodeProcess node = KafkaNodes.starting(cluster, settings("wrong"))) {
      Await.until("it says why", () -> node.log().contains("uthentication"));
      assertThat(node.log()).doesNotContain("wrong");
      node.killAndWait();
    }
  }
}
