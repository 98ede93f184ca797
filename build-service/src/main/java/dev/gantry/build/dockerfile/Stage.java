package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * A stage of a Dockerfile.
 *
 * @param index its position, from 0
 * @param from its FROM
 * @param instructions what follows, in order
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
  /** Copies the list. */
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** Its name in lower case, or its index where it has none. */
  public String label() {
    String name = from.name();
    return name == null ? Integer.toString(index) : name;
  }
}
