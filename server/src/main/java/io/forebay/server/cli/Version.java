package io.forebay.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of this build, which Maven wrote into a resource.
public final class Version implements IVersionProvider {

  /// Such as `0.1.0`.
  public static String current() throws IOException {
    try (InputStream resource = Version.class.getResourceAsStream("version.properties")) {
      if (resource == null) {
        throw new IOException("version.properties is not in the jar; build it with Maven");
      }
      Properties properties = new Properties();
      properties.load(resource);
      return properties.getProperty("version");
    }
  }

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "forebay "
          + current()
          + " (Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + ")"
    };
  }
}
