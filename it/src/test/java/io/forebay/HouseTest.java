package io.forebay;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every arrow of the house points one way: who may import whom, and why nobody else.
class HouseTest {
  private static final String JDK = "java..";
  private static final String NULLNESS = "org.jspecify.annotations..";

  private static JavaClasses house;

  @BeforeAll
  static void readTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.forebay");
  }

  private static void mayOnlyImport(String room, String... others) {
    String[] allowed = new String[others.length + 3];
    allowed[0] = room;
    allowed[1] = JDK;
    allowed[2] = NULLNESS;
    System.arraycopy(others, 0, allowed, 3, others.length);
    classes()
        .that()
        .resideInAPackage(room)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .check(house);
  }

  private static void onlyMayImport(String packages, String... rooms) {
    noClasses()
        .that(not(resideInAnyPackage(rooms)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages)
        .check(house);
  }

  // ---------------------------------------------------------------- core

  @Test
  void messageImportsNothingOfTheHouseAndTopicOnlyMessage() {
    mayOnlyImport("io.forebay.core.message");
    mayOnlyImport("io.forebay.core.topic", "io.forebay.core.message");
  }

  @Test
  void theLogKnowsTheWordsItStores() {
    mayOnlyImport("io.forebay.core.log", "io.forebay.core.message", "io.forebay.core.topic");
  }

  @Test
  void routingKnowsTheLogAndNoSession() {
    mayOnlyImport(
        "io.forebay.core.routing",
        "io.forebay.core.message",
        "io.forebay.core.topic",
        "io.forebay.core.log");
  }

  @Test
  void sessionsKnowAllOfTheCoreButTheFacade() {
    mayOnlyImport(
        "io.forebay.core.session",
        "io.forebay.core.message",
        "io.forebay.core.topic",
        "io.forebay.core.log",
        "io.forebay.core.routing",
        "io.forebay.core.security");
  }

  @Test
  void securityKnowsTopics() {
    mayOnlyImport("io.forebay.core.security", "io.forebay.core.topic");
  }

  @Test
  void theCoreHasNoClockFilesSocketsOrThreadsOfItsOwn() {
    mayOnlyImport("io.forebay.core..");
    noClasses()
        .that()
        .resideInAPackage("io.forebay.core..")
        // It reads the text of an instant, and asks no clock.
        .and(not(simpleName("ReplayFrom")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..", "java.time..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File.*|RandomAccessFile)|java\\.lang\\.(Thread|Process.*)"
                + "|java\\.util\\.Random|java\\.util\\.Timer.*"
                + "|java\\.util\\.concurrent\\.(Executors|ThreadLocalRandom|Scheduled.*|.*Pool.*)")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .check(house);
  }

  @Test
  void theRoomsOfTheCoreAreFreeOfCycles() {
    slices().matching("io.forebay.core.(*)..").should().beFreeOfCycles().check(house);
  }

  // ---------------------------------------------------------------- engines and protocols

  @Test
  void theStoreKnowsWhatTheCoreAsksOfItAndNothingElse() {
    mayOnlyImport(
        "io.forebay.store..",
        "io.forebay.core.log",
        "io.forebay.core.message",
        "io.forebay.core.topic",
        "org.rocksdb..",
        "org.slf4j..");
  }

  @Test
  void theKafkaEngineKnowsTheCoreAndKafkasClient() {
    mayOnlyImport(
        "io.forebay.kafka..",
        "io.forebay.core.log",
        "io.forebay.core.message",
        "io.forebay.core.topic",
        "org.apache.kafka..",
        "org.slf4j..");
  }

  @Test
  void mqttKnowsTheCoreAndOfNettyOnlyBuffers() {
    mayOnlyImport("io.forebay.mqtt..", "io.forebay.core..", "io.netty.buffer");
  }

  @Test
  void thePacketsOfMqttAreFreeOfNetty() {
    onlyMayImport(
        "io.netty..",
        "io.forebay.mqtt.codec",
        // The transport's buffer, and the frames that are written to it.
        "io.forebay.mqtt.connection",
        "io.forebay.server.net",
        "io.forebay.server.client",
        "io.forebay.server.bench");
  }

  @Test
  void theCodecKnowsNoConnection() {
    noClasses()
        .that()
        .resideInAPackage("io.forebay.mqtt.codec")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.forebay.mqtt.connection")
        .check(house);
  }

  // ---------------------------------------------------------------- security

  @Test
  void securityKnowsTheCoreAndTheLibrariesOfItsTrade() {
    mayOnlyImport(
        "io.forebay.security..",
        "io.forebay.core..",
        "com.password4j..",
        "com.ongres..",
        "org.jose4j..",
        "org.snakeyaml.engine..",
        "org.slf4j..",
        "javax.crypto..",
        "javax.naming..",
        "javax.net.ssl..",
        "javax.security.auth..");
  }

  @Test
  void onlyTheServerChoosesHowCredentialsAreChecked() {
    onlyMayImport("io.forebay.security..", "io.forebay.security..", "io.forebay.server..");
  }

  @Test
  void theLibrariesOfSecurityStayThere() {
    onlyMayImport("com.password4j..", "io.forebay.security..");
    onlyMayImport("com.ongres..", "io.forebay.security..");
    onlyMayImport("org.jose4j..", "io.forebay.security..");
  }

  // ---------------------------------------------------------------- server

  @Test
  void nobodyImportsTheServer() {
    onlyMayImport("io.forebay.server..", "io.forebay.server..");
  }

  @Test
  void theDoorsKnowNoConfiguration() {
    noClasses()
        .that()
        .resideInAPackage("io.forebay.server.net")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.forebay.server.config", "io.forebay.server.cli", "io.forebay.server"))
        .check(house);
  }

  @Test
  void onlyTheServerChoosesAnEngine() {
    onlyMayImport("io.forebay.store..", "io.forebay.store..", "io.forebay.server..");
    onlyMayImport("io.forebay.kafka..", "io.forebay.kafka..", "io.forebay.server..");
  }

  @Test
  void theRoomsOfTheHouseAreFreeOfCycles() {
    slices()
        .matching("io.forebay.(**)")
        .should()
        .beFreeOfCycles()
        // Main hands over to the command line at once; it has to be where the launcher looks for
        // it.
        .ignoreDependency(simpleName("Main"), alwaysTrue())
        .check(house);
  }

  // ---------------------------------------------------------------- names

  @Test
  void noRoomIsAJunkRoom() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..", "..manager..")
        .check(house);
  }
}
