package io.forebay.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// Connections that say what they have to say a byte at a time, and never come to an end.
final class Drip implements AutoCloseable {
  private static final int BYTE_MILLIS = 50;

  private final List<Socket> sockets = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /// @param head what each of them begins with; the last byte is repeated for as long as it may
  Drip(int port, int connections, byte[] head) throws IOException {
    for (int i = 0; i < connections; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) Await.LIMIT.toMillis());
      sockets.add(socket);
      threads.add(Thread.ofVirtual().start(() -> drip(socket, head)));
    }
  }

  private static void drip(Socket socket, byte[] head) {
    try {
      for (int i = 0; true; i++) {
        socket.getOutputStream().write(head[Math.min(i, head.length - 1)]);
        Thread.sleep(BYTE_MILLIS); // the slowness that is tested
      }
    } catch (IOException | InterruptedException e) {
      // It was cut, or the test is over.
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the node has closed all of them.
  void areCut() throws IOException {
    for (Socket socket : sockets) {
      readToTheEnd(socket);
    }
  }

  private static void readToTheEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    try {
      while (in.read() >= 0) {
        // A door may have answered something before.
      }
    } catch (SocketException e) {
      // A reset is an end too.
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    for (Thread thread : threads) {
      thread.interrupt();
      Ended.join(thread);
    }
  }
}
