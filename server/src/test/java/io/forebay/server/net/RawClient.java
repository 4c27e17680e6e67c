package io.forebay.server.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// Bytes over a blocking socket; a read that gets nothing fails after a generous while.
final class RawClient implements AutoCloseable {

  final Socket socket;

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  byte[] read(int count) throws IOException {
    return socket.getInputStream().readNBytes(count);
  }

  String readText(int count) throws IOException {
    return new String(read(count), StandardCharsets.ISO_8859_1);
  }

  /// What is sent until the end of the stream.
  String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /// The head of an HTTP response, with its empty line.
  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append(readText(1));
    }
    return head.toString();
  }

  String echo(String text) throws IOException {
    send(text);
    return readText(text.length());
  }

  /// Waits for the end of the connection, polite or by reset; false if bytes come instead.
  boolean closedByServer() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
