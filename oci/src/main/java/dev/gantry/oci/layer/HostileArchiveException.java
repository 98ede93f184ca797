package dev.gantry.oci.layer;

import java.io.IOException;

/**
 * An archive that would reach outside of its directory, would take more than it may, or is broken.
 */
public final class HostileArchiveException extends IOException {
  private static final long serialVersionUID = 1;

  private final String entry;

  /**
   * Says of which entry what is wrong; the entry may be empty when it is the archive as a whole.
   */
  public HostileArchiveException(String entry, String why) {
    super(entry.isEmpty() ? why : why + ": " + printable(entry));
    this.entry = entry;
  }

  /** The entry's name as the archive has it. */
  public String entry() {
    return entry;
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(256)
        .map(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
