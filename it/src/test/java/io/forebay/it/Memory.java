package io.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/// How much a node grows, all of it: heap, buffers and what is native.
final class Memory {
  private final NodeProcess node;
  private final long beforeBytes;

  Memory(NodeProcess node) throws IOException {
    this.node = node;
    beforeBytes = node.residentBytes();
  }

  void hasGrownByLessThan(int megabytes) throws IOException {
    long grown = node.residentBytes() - beforeBytes;
    assertThat(grown >> 20).as("MiB by which the node has grown").isLessThan(megabytes);
  }
}
