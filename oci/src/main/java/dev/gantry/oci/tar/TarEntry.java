package dev.gantry.oci.tar;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An entry of an archive, exactly as it is named there: nothing about it is safe yet.
 *
 * @param name as {@link dev.gantry.linux.file.FileName} decodes it; slashes at its end are gone
 * @param mode permission bits with setuid, setgid and sticky (07777)
 * @param size of the file in bytes, holes included; 0 for all that is no file
 * @param linkName what a symbolic link says, or which entry a hard link is another name of
 * @param xattrs extended attributes by name
 * @param segments where the stored bytes of a sparse file belong, in order; empty when it is not
 *     sparse
 */
public record TarEntry(
    String name,
    Kind kind,
    int mode,
    Owner owner,
    long size,
    Instant modified,
    String linkName,
    Device device,
    Map<String, byte[]> xattrs,
    List<Segment> segments,
    boolean sparse) {
  /** What an entry is. */
  public enum Kind {
    FILE('0'),
    HARD_LINK('1'),
    SYMLINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    DIRECTORY('5'),
    FIFO('6');

    private final char flag;

    Kind(char flag) {
      this.flag = flag;
    }

    char flag() {
      return flag;
    }
  }

  /** User and group by number; unsigned 32 bits. */
  public record Owner(int uid, int gid) {
    public static final Owner ROOT = new Owner(0, 0);
  }

  /** The number of a device node. */
  public record Device(int major, int minor) {
    public static final Device NONE = new Device(0, 0);
  }

  /** A run of stored bytes in a sparse file. */
  public record Segment(long offset, long length) {}

  /** An entry without data: a directory, a link, a pipe, a whiteout. */
  public static TarEntry of(String name, Kind kind, int mode, Owner owner, Instant modified) {
    return new TarEntry(
        name, kind, mode, owner, 0, modified, "", Device.NONE, Map.of(), List.of(), false);
  }

  /** The same as a file of this size. */
  public TarEntry withSize(long fileSize) {
    return new TarEntry(
        name, kind, mode, owner, fileSize, modified, linkName, device, xattrs, segments, sparse);
  }

  /** The same as a link to this. */
  public TarEntry withLink(String target) {
    return new TarEntry(
        name, kind, mode, owner, size, modified, target, device, xattrs, segments, sparse);
  }

  /** The same as this device. */
  public TarEntry withDevice(Device number) {
    return new TarEntry(
        name, kind, mode, owner, size, modified, linkName, number, xattrs, segments, sparse);
  }

  /** The same with these extended attributes. */
  public TarEntry withXattrs(Map<String, byte[]> attributes) {
    return new TarEntry(
        name, kind, mode, owner, size, modified, linkName, device, attributes, segments, sparse);
  }
}
