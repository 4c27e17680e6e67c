package io.forebay.server.audit;

import io.forebay.server.cli.JsonWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something to note. Made and filled by one thread, then handed on. Never holds a secret.
public final class AuditEvent {
  private final List<Object> fields = new ArrayList<>(12);

  private AuditEvent(String name) {
    with("event", name);
  }

  public static AuditEvent of(String name) {
    return new AuditEvent(name);
  }

  /// @param value null: there is no such field
  public AuditEvent with(String field, @Nullable String value) {
    if (value != null) {
      fields.add(field);
      fields.add(value);
    }
    return this;
  }

  public AuditEvent with(String field, long value) {
    fields.add(field);
    fields.add(value);
    return this;
  }

  /// One line, without its end.
  String json(Instant time) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("time").value(time.truncatedTo(ChronoUnit.MILLIS).toString());
    for (int i = 0; i < fields.size(); i += 2) {
      json.name((String) fields.get(i));
      switch (fields.get(i + 1)) {
        case Long number -> json.value(number);
        case Object text -> json.value(text.toString());
      }
    }
    return json.endObject().toString();
  }
}
