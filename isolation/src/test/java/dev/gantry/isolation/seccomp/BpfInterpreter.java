package dev.gantry.isolation.seccomp;

import dev.gantry.linux.seccomp.Action;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a seccomp filter on one system call: the few instructions that such filters consist of. */
final class BpfInterpreter {
  private BpfInterpreter() {}

  static Action run(byte[] program, int architecture, int call, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(call).putInt(architecture).putLong(0);
    for (long argument : arguments) {
      data.putLong(argument);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int operation = Short.toUnsignedInt(code.getShort(8 * at));
      int skipIfTrue = Byte.toUnsignedInt(code.get(8 * at + 2));
      int skipIfFalse = Byte.toUnsignedInt(code.get(8 * at + 3));
      int value = code.getInt(8 * at + 4);
      int order = Integer.compareUnsigned(accumulator, value);
      switch (operation) {
        case 0x20 -> accumulator = data.getInt(value);
        case 0x54 -> accumulator &= value;
        case 0x05 -> at += value;
        case 0x15 -> at += order == 0 ? skipIfTrue : skipIfFalse;
        case 0x25 -> at += order > 0 ? skipIfTrue : skipIfFalse;
        case 0x35 -> at += order >= 0 ? skipIfTrue : skipIfFalse;
        case 0x06 -> {
          return new Action(value);
        }
        default -> throw new IllegalArgumentException("instruction " + operation);
      }
    }
  }
}
