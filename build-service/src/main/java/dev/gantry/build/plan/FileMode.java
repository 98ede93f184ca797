package dev.gantry.build.plan;

import java.util.List;
import java.util.Optional;

/** What {@code --chmod} asks for: permission bits, or changes of those that a file has. */
public sealed interface FileMode {
  /** All bits, setuid, setgid and sticky included. */
  int ALL = 07777;

  /**
   * The permission bits of a file after the change.
   *
   * @param before those of its source, type bits not among them
   * @param directory whether it is a directory, for which {@code X} means {@code x}
   */
  int apply(int before, boolean directory);

  /** As in {@code --chmod=0644}. */
  record Bits(int bits) implements FileMode {
    @Override
    public int apply(int before, boolean directory) {
      return bits;
    }

    @Override
    public String toString() {
      return "%04o".formatted(bits);
    }
  }

  /** As in {@code --chmod=u=rwX,go-w}: one change after the other. */
  record Changes(String text, List<ModeChange> changes) implements FileMode {
    /** Copies the list. */
    public Changes {
      changes = List.copyOf(changes);
    }

    @Override
    public int apply(int before, boolean directory) {
      int mode = before & ALL;
      for (ModeChange change : changes) {
        mode = change.apply(mode, directory);
      }
      return mode;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Reads an octal mode or the symbolic modes of {@code chmod(1)}; empty where it is neither. */
  static Optional<FileMode> parse(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      boolean octal = text.length() <= 12 && text.chars().allMatch(c -> c <= '7');
      long bits = octal ? Long.parseLong(text, 8) : Long.MAX_VALUE;
      return bits <= ALL ? Optional.of(new Bits((int) bits)) : Optional.empty();
    }
    return ModeChange.parseAll(text).map(changes -> new Changes(text, changes));
  }
}
