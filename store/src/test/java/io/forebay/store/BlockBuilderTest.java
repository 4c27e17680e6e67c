package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.MessageFormat;
import io.forebay.core.log.Stored;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

class BlockBuilderTest {
  @TempDir Path directory;

  private byte[] built(long... offsets) throws RocksDBException {
    BlockBuilder builder = new BlockBuilder();
    for (long offset : offsets) {
      int sizeBytes = MessageFormat.sizeBytes(Messages.of("t", Long.toString(offset)));
      assertThat(builder.takes(offset, sizeBytes)).isTrue();
      builder.add(Messages.of("t", Long.toString(offset)), 1, offset, sizeBytes);
    }
    int sizeBytes = builder.sizeBytes();
    try (TestSlice slice = new TestSlice(directory);
        WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions()) {
      builder.finish(batch, slice.family(), 7, 1_000);
      slice.db().write(options, batch);
      byte[] value = slice.db().get(slice.family(), BlockFormat.key(offsets[0]));
      assertThat(value).hasSize(sizeBytes);
      return value;
    }
  }

  private static List<String> payloads(Block block) {
    return IntStream.range(0, block.count())
        .mapToObj(block::get)
        .map(each -> each.offset() + ":" + new String(each.message().payload(), UTF_8))
        .toList();
  }

  @Test
  void withoutGapsItIsAsItAlwaysWas() throws RocksDBException {
    byte[] value = built(5, 6, 7);
    assertThat(value[0]).isEqualTo((byte) 1);
    int encoded = MessageFormat.encode(new Stored(Messages.of("t", "5"), 1, 5)).length;
    assertThat(value).hasSize(BlockFormat.HEADER_BYTES + 3 * (Integer.BYTES + encoded));
    Block block = new Block(value, 1, 5);
    assertThat(payloads(block)).containsExactly("5:5", "6:6", "7:7");
    assertThat(block.end()).isEqualTo(8);
    assertThat(block.appendMillis()).isEqualTo(7);
    assertThat(List.of(block.firstFrom(0), block.firstFrom(6), block.firstFrom(99)))
        .containsExactly(0, 1, 3);
  }

  @Test
  void withGapsItSaysTheOffsetOfEachMessage() throws RocksDBException {
    long far = 10L + Integer.MAX_VALUE;
    byte[] value = built(10, 11, 20, far);
    assertThat(value[0]).isEqualTo((byte) 2);
    Block block = new Block(value, 1, 10);
    assertThat(payloads(block)).containsExactly("10:10", "11:11", "20:20", far + ":" + far);
    assertThat(block.end()).isEqualTo(far + 1);
    assertThat(
            List.of(
                block.firstFrom(0),
                block.firstFrom(11),
                block.firstFrom(12),
                block.firstFrom(20),
                block.firstFrom(far),
                block.firstFrom(far + 1)))
        .containsExactly(0, 1, 2, 2, 3, 4);
  }

  @Test
  void aGapThatIsTooLargeEndsIt() {
    BlockBuilder builder = new BlockBuilder();
    builder.add(Messages.of("t", "1"), 1, 10, MessageFormat.sizeBytes(Messages.of("t", "1")));
    assertThat(builder.takes(10L + Integer.MAX_VALUE, 10)).isTrue();
    assertThat(builder.takes(11L + Integer.MAX_VALUE, 10)).isFalse();
  }
}
