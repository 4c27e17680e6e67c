package io.forebay.core.message;

/// Where a message is. Order is total within a partition; a new epoch begins when another writer
/// takes over.
///
/// Written as `stream/partition/epoch/offset`, for example `default/0/1/4711`.
public record Position(String stream, int partition, int epoch, long offset)
    implements Comparable<Position> {

  /// Compares positions of one partition.
  @Override
  public int compareTo(Position other) {
    int byEpoch = Integer.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : Long.compare(offset, other.offset);
  }

  /// @throws IllegalArgumentException if `text` is not what [#toString] writes
  public static Position parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length == 4 && !parts[0].isEmpty()) {
      try {
        return new Position(
            parts[0],
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]),
            Long.parseLong(parts[3]));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(notAPosition(text), e);
      }
    }
    throw new IllegalArgumentException(notAPosition(text));
  }

  private static String notAPosition(String text) {
    return "not a position: '" + text + "' (expected stream/partition/epoch/offset)";
  }

  @Override
  public String toString() {
    return stream + "/" + partition + "/" + epoch + "/" + offset;
  }
}
