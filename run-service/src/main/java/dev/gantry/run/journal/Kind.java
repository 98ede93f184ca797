package dev.gantry.run.journal;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a frame of the journal says. The code is what stands on disk: never change or reuse one. */
public enum Kind {
  /** A request that this host has claimed; the first frame of a run. */
  REQUEST(1),
  /** A fact about a run, encoded as it is published. */
  FACT(2),
  /** A stop that was asked for and accepted. */
  STOP(3),
  /** A removal that was asked for and accepted. */
  REMOVE(4),
  /** A command to a run that is not known yet. */
  DEFERRED(5),
  /** The deferred command at the position in the payload is answered. */
  SETTLED(6),
  /** A record that goes to the dead letters. */
  DEAD_LETTER(7),
  /** The run is over and nobody asks for it any more: its frames may go. */
  FORGOTTEN(8),
  /** A kill, pause, unpause, restart or update that was asked for and accepted. */
  COMMAND(9),
  /** The command at the position in the payload has had its effect, or never will. */
  DONE(10);

  private static final Map<Byte, Kind> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Kind::code, Function.identity()));

  private final byte code;

  Kind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static Optional<Kind> of(byte code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
