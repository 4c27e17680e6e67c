package io.forebay.security.acl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file with the rules of a node, which may be changed while the node runs. One thread at a
/// time looks at it.
public final class AclFile {
  private static final Logger LOG = LoggerFactory.getLogger(AclFile.class);

  /// What a look at the file brought.
  public enum Look {
    SAME,
    CHANGED,
    /// It was changed to something that cannot be used: the rules are what they were. Told once.
    DAMAGED
  }

  private final Path file;
  private final Acl acl;

  /// What was there when it was looked at last, whether it could be used or not.
  private String seen;

  private AclFile(Path file, String text) {
    this.file = file;
    this.seen = text;
    this.acl = new Acl(RuleSet.parse(text, file.toString()));
  }

  /// @throws AclException if it cannot be used
  public static AclFile open(Path file) {
    try {
      return new AclFile(file, Files.readString(file));
    } catch (IOException e) {
      throw new AclException(List.of(trouble(file, e)));
    }
  }

  /// Decides by what is in the file.
  public Acl acl() {
    return acl;
  }

  public Path path() {
    return file;
  }

  /// Reads the file again, and takes its rules if they are others.
  public Look look() {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      return damaged(trouble(file, e), "");
    }
    if (text.equals(seen)) {
      return Look.SAME;
    }
    try {
      RuleSet rules = RuleSet.parse(text, file.toString());
      seen = text;
      acl.replace(rules);
      LOG.info("{} has changed: {} rules are in force", file, rules.size());
      return Look.CHANGED;
    } catch (AclException e) {
      return damaged(String.valueOf(e.getMessage()), text);
    }
  }

  private Look damaged(String trouble, String text) {
    if (text.equals(seen)) {
      return Look.SAME;
    }
    seen = text;
    LOG.warn("the rules stay as they were: {}", trouble.replace("\n", " | "));
    return Look.DAMAGED;
  }

  private static String trouble(Path file, IOException e) {
    return e instanceof CharacterCodingException
        ? file + ": is not UTF-8; save the file as UTF-8"
        : file + ": cannot be read (" + e + "); check the path and its rights";
  }
}
