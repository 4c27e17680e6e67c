package io.forebay.server.cli;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/// Reads a JSON object: JSON is YAML 1.2. Lists, maps, texts, numbers, truth values and nulls come
/// out, and no other objects.
public final class JsonReader {
  private static final int MOST_CHARACTERS = 1 << 20;

  private JsonReader() {}

  /// @throws IllegalArgumentException if it is no JSON object
  public static Map<?, ?> object(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new JsonSchema())
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MOST_CHARACTERS)
            .setLabel("request")
            .build();
    try {
      if (new Load(settings).loadFromString(text) instanceof Map<?, ?> map) {
        return map;
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("not a JSON object");
  }
}
