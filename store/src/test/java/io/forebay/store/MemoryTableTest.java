package io.forebay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.core.log.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTableTest {
  private final MemoryTable table = new MemoryTable();

  private void put(int key, int value) {
    table.put(new byte[] {(byte) key}, new byte[] {(byte) value});
  }

  private List<Integer> scan(int from, int limit) {
    List<Integer> keys = new ArrayList<>();
    table.scan(
        new byte[] {(byte) from},
        limit,
        rows -> rows.stream().map(Table.Entry::key).forEach(key -> keys.add(key[0] & 0xFF)));
    return keys;
  }

  @Test
  void rowsAreOrderedByUnsignedBytes() {
    put(200, 0);
    put(100, 0);
    put(255, 0);
    put(0, 0);
    assertThat(scan(0, 10)).containsExactly(0, 100, 200, 255);
    assertThat(scan(101, 1)).containsExactly(200);
    assertThat(scan(0, 0)).isEmpty();
  }

  @Test
  void theCountFollowsWhatIsThere() {
    put(1, 1);
    put(1, 2);
    put(2, 1);
    assertThat(table.size()).isEqualTo(2);
    table.put(new byte[] {1}, null);
    table.put(new byte[] {1}, null);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aScanEndsWithTheRowThatMakesItEnough() {
    for (int key = 1; key <= 9; key++) {
      table.put(new byte[] {(byte) key}, new byte[99]);
    }
    List<Integer> found = new ArrayList<>();
    table.scan(new byte[] {2}, 10, 101, rows -> rows.forEach(row -> found.add((int) row.key()[0])));
    assertThat(found).containsExactly(2, 3);
    found.clear();
    table.scan(new byte[] {2}, 10, 1, rows -> rows.forEach(row -> found.add((int) row.key()[0])));
    assertThat(found).containsExactly(2);
  }

  @Test
  void theBytesAreThoseOfKeysAndValues() {
    table.put(new byte[3], new byte[10]);
    table.put(new byte[3], new byte[20]);
    table.put(new byte[4], new byte[0]);
    assertThat(table.bytes()).isEqualTo(3 + 20 + 4);
    table.put(new byte[3], null);
    table.put(new byte[3], null);
    assertThat(table.bytes()).isEqualTo(4);
  }

  @Test
  void theLatestValueCounts() {
    put(1, 1);
    put(1, 2);
    List<byte[]> got = new ArrayList<>();
    table.get(new byte[] {1}, got::add);
    table.get(new byte[] {2}, got::add);
    assertThat(got).containsExactly(new byte[] {2}, null);
  }
}
