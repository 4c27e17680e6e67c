package io.forebay.server.overload;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/// The heap of this JVM, whichever collector it has. Any thread.
final class JvmHeap implements HeapInUse.Heap {
  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  @Override
  public long usedBytes() {
    long sum = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage after = pool.getCollectionUsage();
      sum += after == null ? 0 : after.getUsed();
    }
    return sum;
  }

  @Override
  public long maximumBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public void collect() {
    System.gc();
  }
}
