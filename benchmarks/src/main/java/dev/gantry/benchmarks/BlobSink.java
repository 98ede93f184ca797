package dev.gantry.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Asks for a blob and has the kernel drop what comes, without a copy ({@code MSG_TRUNC}, tcp(7)): a
 * client that copies takes as long as a server that does not, and both share the processors. One
 * thread, one request.
 */
final class BlobSink implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int MSG_PEEK = 2;
  private static final int MSG_TRUNC = 0x20;
  private static final int ADDRESS_BYTES = 16;
  private static final int HEAD_BYTES_MAX = 8192;
  private static final long PIECE_BYTES = 4 << 20;

  private static final MethodHandle SOCKET = intFunction("socket", ValueLayout.JAVA_INT);
  private static final MethodHandle CONNECT = intFunction("connect", ValueLayout.ADDRESS);
  private static final MethodHandle SEND = transfer("send");
  private static final MethodHandle RECV = transfer("recv");
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final Arena memory = Arena.ofConfined();
  private final MemorySegment buffer = memory.allocate(HEAD_BYTES_MAX);
  private final int socket;

  BlobSink(InetSocketAddress address) throws IOException {
    MemorySegment sockaddr = memory.allocate(ADDRESS_BYTES, Integer.BYTES);
    sockaddr.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    ValueLayout.OfShort bigEndian = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    sockaddr.set(bigEndian, 2, (short) address.getPort());
    MemorySegment.copy(
        address.getAddress().getAddress(), 0, sockaddr, ValueLayout.JAVA_BYTE, 4, Integer.BYTES);
    try {
      socket = (int) SOCKET.invokeExact(AF_INET, SOCK_STREAM, 0);
      checked("connect", (int) CONNECT.invokeExact(socket, sockaddr, ADDRESS_BYTES));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Gets what is there and returns how many bytes it had. */
  long get(String path) throws IOException {
    byte[] request = RegistryConnection.request("GET", path, "", new byte[0]);
    MemorySegment.copy(request, 0, buffer, ValueLayout.JAVA_BYTE, 0, request.length);
    try {
      checked("send", (long) SEND.invokeExact(socket, buffer, (long) request.length, 0));
      long length = length(head());
      for (long missing = length; missing > 0; ) {
        long piece = Math.min(missing, PIECE_BYTES);
        missing -=
            checked("recv", (long) RECV.invokeExact(socket, MemorySegment.NULL, piece, MSG_TRUNC));
      }
      return length;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private String head() throws Throwable {
    while (true) {
      long seen =
          checked("recv", (long) RECV.invokeExact(socket, buffer, (long) HEAD_BYTES_MAX, MSG_PEEK));
      byte[] bytes = buffer.asSlice(0, seen).toArray(ValueLayout.JAVA_BYTE);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        checked("recv", (long) RECV.invokeExact(socket, buffer, (long) (end + 4), 0));
        return text.substring(0, end + 2);
      }
    }
  }

  private static long length(String head) throws IOException {
    String name = "\r\ncontent-length:";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    if (!head.startsWith("HTTP/1.1 200") || at < 0) {
      throw new IOException("not 200 with a length: " + head);
    }
    int begin = at + name.length();
    return Long.parseLong(head.substring(begin, head.indexOf("\r\n", begin)).strip());
  }

  private static long checked(String call, long result) throws IOException {
    boolean moves = !call.equals("connect");
    if (result < 0 || moves && result == 0) {
      throw new IOException(call + " failed, or the registry hung up");
    }
    return result;
  }

  private static IOException failure(Throwable e) {
    return e instanceof IOException io ? io : new IOException(e);
  }

  private static MethodHandle intFunction(String name, MemoryLayout second) {
    return function(
        name,
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, second, ValueLayout.JAVA_INT));
  }

  private static MethodHandle transfer(String name) {
    return function(
        name,
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
  }

  private static MethodHandle function(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), signature);
  }

  @Override
  public void close() throws IOException {
    try {
      int ignored = (int) CLOSE.invokeExact(socket);
      memory.close();
    } catch (Throwable e) {
      throw failure(e);
    }
  }
}
