package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** A disk, or whatever else the kernel reads and writes in blocks, by its device number. */
public record BlockDevice(int major, int minor) implements Comparable<BlockDevice> {
  private static final int S_IFMT = 0170000;
  private static final int S_IFBLK = 0060000;
  private static final Path BY_NUMBER = Path.of("/sys/dev/block");

  /**
   * The device that a device file stands for; empty when the file is missing or stands for none.
   */
  public static Optional<BlockDevice> of(Path file) {
    try {
      Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,rdev");
      boolean block = attributes.get("mode") instanceof Integer mode && (mode & S_IFMT) == S_IFBLK;
      return block && attributes.get("rdev") instanceof Long number
          ? Optional.of(ofNumber(number))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As the C library's major(3) and minor(3) take it apart. */
  private static BlockDevice ofNumber(long number) {
    return new BlockDevice(
        (int) (number >> 32 & 0xfffff000L | number >> 8 & 0xfffL),
        (int) (number >> 12 & 0xffffff00L | number & 0xffL));
  }

  /** Reads {@code 254:0}; empty when it is something else. */
  static Optional<BlockDevice> parse(String text) {
    int colon = text.indexOf(':');
    try {
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new BlockDevice(
                  Integer.parseInt(text.substring(0, colon)),
                  Integer.parseInt(text.substring(colon + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it is a part of a disk: only whole ones can be limited. */
  public boolean partition() {
    return Files.exists(BY_NUMBER.resolve(toString()).resolve("partition"));
  }

  /** The kernel's name of it, {@code vda}; empty when there is none now. */
  public Optional<String> name() {
    Path link = BY_NUMBER.resolve(toString());
    try {
      return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(Files.readSymbolicLink(link).getFileName().toString())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(BlockDevice other) {
    return Comparator.comparingInt(BlockDevice::major)
        .thenComparingInt(BlockDevice::minor)
        .compare(this, other);
  }

  /** As the kernel writes it: {@code 254:0}. */
  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
