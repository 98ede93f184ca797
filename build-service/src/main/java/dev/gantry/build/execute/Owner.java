package dev.gantry.build.execute;

import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.OpenFlag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A user and a group by number. */
record Owner(int uid, int gid) {
  static final Owner ROOT = new Owner(0, 0);
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final int DIGITS_MAX = 10;
  private static final long ID_MAX = 0xFFFF_FFFEL;

  /**
   * The owner that {@code user[:group]} means, by the names of a root file system; a user without a
   * group has the group of its number, as with Docker.
   *
   * @throws UnknownOwnerException for a name that is not there
   */
  static Owner of(String text, DirFd root) throws IOException {
    Optional<Owner> numbers = ofNumbers(text);
    if (numbers.isPresent()) {
      return numbers.get();
    }
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    Optional<String[]> entry = isNumber(user) ? Optional.empty() : lookup(root, "etc/passwd", user);
    int uid = isNumber(user) ? number(user) : number(entry, 2, "user", user);
    if (colon >= 0) {
      String group = text.substring(colon + 1);
      int gid =
          isNumber(group)
              ? number(group)
              : number(lookup(root, "etc/group", group), 2, "group", group);
      return new Owner(uid, gid);
    }
    return new Owner(uid, entry.isPresent() ? number(entry, 3, "user", user) : uid);
  }

  /** The same where no name has to be looked up; empty where one has. */
  static Optional<Owner> ofNumbers(String text) {
    String[] parts = text.split(":", 2);
    if (!isNumber(parts[0]) || !isNumber(parts[parts.length - 1])) {
      return Optional.empty();
    }
    return Optional.of(new Owner(number(parts[0]), number(parts[parts.length - 1])));
  }

  /** A name that no file of the image knows. */
  static final class UnknownOwnerException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownOwnerException(String message) {
      super(message);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= DIGITS_MAX
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) <= ID_MAX;
  }

  private static int number(String text) {
    return (int) Long.parseLong(text);
  }

  private static int number(Optional<String[]> entry, int field, String what, String name)
      throws UnknownOwnerException {
    if (entry.isEmpty() || entry.get().length <= field || !isNumber(entry.get()[field])) {
      throw new UnknownOwnerException("the image has no " + what + " " + name);
    }
    return number(entry.get()[field]);
  }

  private static Optional<String[]> lookup(DirFd root, String file, String name)
      throws IOException {
    return lines(root, file).stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields[0].equals(name))
        .findFirst();
  }

  private static List<String> lines(DirFd root, String file) throws IOException {
    FileFd opened;
    try {
      opened = root.open(file, 0, OpenFlag.FOLLOW);
    } catch (LinuxException e) {
      return List.of();
    }
    try (InputStream in = opened.input()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      content.write(in.readNBytes(FILE_BYTES_MAX));
      return content.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }
}
