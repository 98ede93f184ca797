package dev.gantry.linux.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A message of netlink(7): writes requests, reads what comes back. */
final class NetlinkMessage {
  static final int HEADER_BYTES = 16;
  private static final int CAPACITY_BYTES = 1024;
  private static final int ALIGNMENT = 4;
  private static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

  private final ByteBuffer buffer =
      ByteBuffer.allocate(CAPACITY_BYTES).order(ByteOrder.nativeOrder());

  NetlinkMessage(int type, int flags) {
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
  }

  NetlinkMessage bytes(int... values) {
    for (int value : values) {
      buffer.put((byte) value);
    }
    return this;
  }

  NetlinkMessage ints(int... values) {
    for (int value : values) {
      buffer.putInt(value);
    }
    return this;
  }

  NetlinkMessage shorts(int... values) {
    for (int value : values) {
      buffer.putShort((short) value);
    }
    return this;
  }

  NetlinkMessage attribute(int type, byte[] value) {
    buffer.putShort((short) (ALIGNMENT + value.length)).putShort((short) type).put(value);
    while (buffer.position() % ALIGNMENT != 0) {
      buffer.put((byte) 0);
    }
    return this;
  }

  NetlinkMessage attribute(int type, String value) {
    return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** An attribute that holds one other attribute. */
  NetlinkMessage nested(int type, int innerType, String value) {
    byte[] text = (value + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer inner =
        ByteBuffer.allocate(ALIGNMENT + text.length + ALIGNMENT).order(ByteOrder.nativeOrder());
    inner.putShort((short) (ALIGNMENT + text.length)).putShort((short) innerType).put(text);
    while (inner.position() % ALIGNMENT != 0) {
      inner.put((byte) 0);
    }
    byte[] bytes = new byte[inner.position()];
    inner.flip().get(bytes);
    return attribute(type, bytes);
  }

  /** The finished message. */
  byte[] seal(int sequence) {
    buffer.putInt(0, buffer.position()).putInt(8, sequence);
    byte[] message = new byte[buffer.position()];
    buffer.flip().get(message);
    return message;
  }

  /** The attributes from the buffer's position to its limit: type to value. */
  static Map<Integer, ByteBuffer> attributes(ByteBuffer message) {
    Map<Integer, ByteBuffer> attributes = new HashMap<>();
    while (message.remaining() >= ALIGNMENT) {
      int start = message.position();
      int length = Short.toUnsignedInt(message.getShort(start));
      int type = message.getShort(start + 2) & ATTRIBUTE_TYPE_MASK;
      if (length < ALIGNMENT || length > message.remaining()) {
        throw new IllegalStateException("broken netlink attribute of " + length + " bytes");
      }
      attributes.put(
          type,
          message.slice(start + ALIGNMENT, length - ALIGNMENT).order(ByteOrder.nativeOrder()));
      message.position(Math.min(start + aligned(length), message.limit()));
    }
    return attributes;
  }

  static int aligned(int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The text of an attribute, without the zero byte at its end. */
  static String text(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    int length = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
