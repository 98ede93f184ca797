package dev.gantry.isolation.names;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An answer of a name server. */
record Dns(byte[] message) {
  static final int A = 1;
  static final int PTR = 12;
  static final int AAAA = 28;
  static final int SERVER_FAILURE = 2;
  private static final int ID = 4711;
  private static final int ADDRESS_RECORD_BYTES = 16;

  static byte[] query(String name, int type) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(12)
            .putShort((short) ID)
            .putShort((short) 0x100)
            .putShort((short) 1)
            .array());
    for (String label : name.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(4).putShort((short) type).putShort((short) 1).array());
    return out.toByteArray();
  }

  int code() {
    return message[3] & 0xf;
  }

  boolean truncated() {
    return (message[2] & 2) != 0;
  }

  int records() {
    return ByteBuffer.wrap(message).getShort(6);
  }

  /** The addresses at the end of a message that has nothing else there. */
  List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < records(); i++) {
      int end = message.length - i * ADDRESS_RECORD_BYTES;
      addresses.addFirst(
          (message[end - 4] & 0xff)
              + "."
              + (message[end - 3] & 0xff)
              + "."
              + (message[end - 2] & 0xff)
              + "."
              + (message[end - 1] & 0xff));
    }
    return addresses;
  }

  String text() {
    return new String(message, StandardCharsets.ISO_8859_1);
  }
}
