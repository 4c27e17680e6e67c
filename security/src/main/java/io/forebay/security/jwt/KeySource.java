package io.forebay.security.jwt;

/// Where the issuer's keys come from. Any thread but an event loop, except [#current].
public interface KeySource extends AutoCloseable {
  /// The keys as they are known now. Never blocks.
  KeySet current();

  /// To be called every few seconds: takes up keys that have changed.
  void look();

  /// A token names a key that we do not know: looks whether there are new ones, if that was not
  /// done just now.
  ///
  /// @param then is run once, when there is nothing more to wait for; on any thread
  void renew(Runnable then);

  @Override
  void close();
}
