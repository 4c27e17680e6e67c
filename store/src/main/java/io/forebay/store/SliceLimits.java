package io.forebay.store;

/// When a slice is complete.
record SliceLimits(long bytes, long millis) {
  /// Retention removes about this part of a stream at a time.
  private static final int SLICES = 16;

  static SliceLimits of(StreamSettings stream, StoreSettings settings) {
    return new SliceLimits(
        Math.clamp(
            stream.retainBytes() / SLICES,
            settings.minimumSliceBytes(),
            settings.maximumSliceBytes()),
        Math.max(1, stream.retainMillis() / SLICES));
  }

  /// Whether what comes at `millis` begins a new one.
  boolean reached(LogSlice slice, long nowMillis) {
    return !slice.isEmpty() && (slice.bytes() >= bytes || nowMillis - slice.firstMillis() > millis);
  }
}
