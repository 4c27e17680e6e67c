package io.forebay.server.net;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// The little of ASN.1's distinguished encoding (X.690) that wrapping a private key takes.
final class Der {

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  private Der() {}

  static byte[] integer(int value) {
    return element(INTEGER, new byte[] {(byte) value});
  }

  static byte[] octetString(byte[] content) {
    return element(OCTET_STRING, content);
  }

  static byte[] sequence(byte[]... elements) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] element : elements) {
      content.writeBytes(element);
    }
    return element(SEQUENCE, content.toByteArray());
  }

  /// The first element, with its head, within a constructed one.
  static byte[] firstElement(byte[] constructed) {
    int start = headBytes(constructed, 0);
    int end = start + headBytes(constructed, start) + contentBytes(constructed, start);
    return Arrays.copyOfRange(constructed, start, end);
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int lengthBytes = (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
      out.write(0x80 | lengthBytes);
      for (int shift = (lengthBytes - 1) * 8; shift >= 0; shift -= 8) {
        out.write(content.length >>> shift);
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static int headBytes(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentBytes(byte[] der, int at) {
    int head = headBytes(der, at);
    if (head == 2) {
      return der[at + 1];
    }
    int length = 0;
    for (int i = 2; i < head; i++) {
      length = (length << 8) | (der[at + i] & 0xff);
    }
    return length;
  }
}
