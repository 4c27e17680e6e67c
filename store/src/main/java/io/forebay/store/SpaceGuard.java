package io.forebay.store;

import io.forebay.core.log.EngineFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Keeps a part of the file system free, so that sessions and acknowledgements can be written when
/// messages no longer can. The writer looks; any thread reads.
final class SpaceGuard {
  /// Looked at after so many bytes, and each tick.
  private static final long LOOK_EVERY_BYTES = 64L << 20;

  private final StoreSettings settings;
  private long writtenBytes;
  private volatile @Nullable EngineFailure refusal;

  SpaceGuard(StoreSettings settings) {
    this.settings = settings;
  }

  /// Why messages are refused; null while they are taken.
  @Nullable EngineFailure refusal() {
    return refusal;
  }

  void wrote(long bytes) {
    writtenBytes += bytes;
    if (writtenBytes >= LOOK_EVERY_BYTES) {
      look();
    }
  }

  void look() {
    writtenBytes = 0;
    try {
      long usable = settings.disk().usableBytes(settings.directory());
      refusal =
          usable >= settings.reserveBytes()
              ? null
              : new EngineFailure(
                  EngineFailure.Kind.QUOTA,
                  "the file system of "
                      + settings.directory()
                      + " has "
                      + (usable >> 20)
                      + " MiB left, and the last "
                      + (settings.reserveBytes() >> 20)
                      + " MiB are kept free");
    } catch (IOException e) {
      // A write will tell what is wrong.
      refusal = null;
    }
  }
}
