package dev.gantry.isolation.seccomp;

import dev.gantry.linux.Errno;
import dev.gantry.linux.seccomp.Action;
import dev.gantry.linux.seccomp.RecentSystemCalls;
import dev.gantry.linux.seccomp.SeccompFilter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Instructions before those that libseccomp made: for calls that it does not know.
 *
 * @param recent what is done with calls of these numbers
 * @param unknownAreMissing whether a call that no profile of this time can name fails with ENOSYS,
 *     as on a kernel that does not have it. The C library then takes another way; EPERM would be
 *     the end of the program
 */
record Preamble(Map<Integer, Action> recent, boolean unknownAreMissing) {
  static final int INSTRUCTION_BYTES = 8;
  private static final short LOAD_WORD = 0x20;
  private static final short JUMP_IF_EQUAL = 0x15;
  private static final short JUMP_IF_GREATER = 0x25;
  private static final short RETURN = 0x06;
  private static final int NUMBER_OFFSET = 0;
  private static final int ARCHITECTURE_OFFSET = 4;
  private static final Action MISSING = Action.errno(Errno.ENOSYS.number());

  /** Numbers from here on are those of the x32 interface, with a meaning of their own. */
  private static final int X32 = 0x40000000;

  byte[] prepend(byte[] program) {
    int decisions = 2 * recent.size() + (unknownAreMissing ? 2 : 0);
    ByteBuffer all =
        ByteBuffer.allocate((4 + decisions) * INSTRUCTION_BYTES + program.length)
            .order(ByteOrder.nativeOrder());
    instruction(all, LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET);
    instruction(all, JUMP_IF_EQUAL, 0, decisions + 2, SeccompFilter.nativeArchitecture());
    instruction(all, LOAD_WORD, 0, 0, NUMBER_OFFSET);
    instruction(all, JUMP_IF_GREATER, decisions, 0, X32 - 1);
    recent.forEach(
        (number, action) -> {
          instruction(all, JUMP_IF_EQUAL, 0, 1, number);
          instruction(all, RETURN, 0, 0, action.code());
        });
    if (unknownAreMissing) {
      instruction(all, JUMP_IF_GREATER, 0, 1, RecentSystemCalls.LAST);
      instruction(all, RETURN, 0, 0, MISSING.code());
    }
    return all.put(program).array();
  }

  private static void instruction(
      ByteBuffer program, short code, int skipIfTrue, int skipIfFalse, int value) {
    program.putShort(code).put((byte) skipIfTrue).put((byte) skipIfFalse).putInt(value);
  }
}
