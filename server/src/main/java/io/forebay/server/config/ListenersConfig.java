package io.forebay.server.config;

import java.util.List;

/// Section `listeners`: one of each kind.
public record ListenersConfig(
    @Doc(
            value = "MQTT over TCP.",
            without = {"path", "certificate", "key", "client-ca", "client-auth", "crl"})
        ListenerConfig mqtt,
    @Doc(
            value =
                "MQTT over TLS. On as soon as one of its keys is set; needs certificate and key.",
            without = "path")
        ListenerConfig mqtts,
    @Doc(
            value = "MQTT over WebSocket.",
            without = {"certificate", "key", "client-ca", "client-auth", "crl"})
        ListenerConfig ws,
    @Doc(
            "MQTT over secure WebSocket. On as soon as one of its keys is set; needs certificate"
                + " and key.")
        ListenerConfig wss) {

  public ListenersConfig {
    checkTls("mqtts", mqtts);
    checkTls("wss", wss);
    checkPorts(List.of(mqtt, mqtts, ws, wss));
  }

  public static ListenersConfig defaults() {
    return new ListenersConfig(
        ListenerConfig.on(1883),
        ListenerConfig.off(8883),
        ListenerConfig.on(8083),
        ListenerConfig.off(8084));
  }

  /// All four, in the order of the file.
  public List<NamedListener> all() {
    return List.of(
        new NamedListener("mqtt", false, false, mqtt),
        new NamedListener("mqtts", false, true, mqtts),
        new NamedListener("ws", true, false, ws),
        new NamedListener("wss", true, true, wss));
  }

  /// Those that a node has to open, in the order of the file.
  public List<NamedListener> active() {
    return all().stream().filter(listener -> listener.config().enabled()).toList();
  }

  private static void checkTls(String name, ListenerConfig listener) {
    if (!listener.enabled()) {
      return;
    }
    Check.that(
        listener.certificate() != null,
        name + ".certificate",
        "is missing, and " + name + " needs one",
        "give certificate and key (PEM files), or enabled: false");
    Check.that(
        listener.key() != null,
        name + ".key",
        "is missing, and " + name + " needs one",
        "give the private key of the certificate (PEM file)");
  }

  private static void checkPorts(List<ListenerConfig> listeners) {
    List<String> names = List.of("mqtt", "mqtts", "ws", "wss");
    for (int later = 1; later < names.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        Check.that(
            !listeners.get(later).collidesWith(listeners.get(earlier)),
            names.get(later) + ".port",
            listeners.get(later).port()
                + " is the port of listeners."
                + names.get(earlier)
                + " too",
            "give each listener its own port, or 0 for a free one");
      }
    }
  }
}
