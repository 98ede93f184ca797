package dev.gantry.oci.tar;

import dev.gantry.linux.file.FileName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes an archive: ustar headers, and a pax header before an entry that needs one (long names,
 * numbers that do not fit, times before 1970, extended attributes). The same entries make the same
 * bytes. Times are written in whole seconds; sparse files are written in full.
 */
public final class TarWriter {
  private static final byte[] MAGIC = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
  private static final String PAX_NAME = "PaxHeaders/entry";
  private static final byte[] ZEROS = new byte[TarFields.BLOCK_BYTES];

  private final OutputStream out;
  private long left;
  private long padding;

  /** Writes to a stream, which should be buffered. */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Begins an entry; as many bytes as its size says are to follow by {@link #write}.
   *
   * @throws IllegalStateException when the one before lacks bytes
   */
  public void begin(TarEntry entry) throws IOException {
    endEntry();
    Map<String, byte[]> pax = new TreeMap<>();
    byte[] header = header(entry, pax);
    if (!pax.isEmpty()) {
      writePax(pax);
    }
    out.write(header);
    left = entry.size();
    padding = TarInput.padding(entry.size());
  }

  /** Adds bytes to the current entry. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > left) {
      throw new IllegalStateException("more bytes than the entry's size says");
    }
    out.write(bytes, offset, length);
    left -= length;
  }

  /** Ends the archive; the stream stays open. */
  public void finish() throws IOException {
    endEntry();
    out.write(ZEROS);
    out.write(ZEROS);
    out.flush();
  }

  private void endEntry() throws IOException {
    if (left != 0) {
      throw new IllegalStateException("the entry before lacks " + left + " bytes");
    }
    out.write(ZEROS, 0, (int) padding);
    padding = 0;
  }

  private static byte[] header(TarEntry entry, Map<String, byte[]> pax) {
    byte[] block = new byte[TarFields.BLOCK_BYTES];
    boolean directory = entry.kind() == TarEntry.Kind.DIRECTORY;
    putName(block, FileName.encode(entry.name() + (directory ? "/" : "")), pax);
    putLink(block, FileName.encode(entry.linkName()), pax);
    putNumber(block, TarFields.MODE, TarFields.ID_BYTES, entry.mode());
    putId(block, TarFields.UID, entry.owner().uid(), "uid", pax);
    putId(block, TarFields.GID, entry.owner().gid(), "gid", pax);
    putLong(block, TarFields.SIZE, entry.size(), "size", pax);
    putLong(block, TarFields.TIME, entry.modified().getEpochSecond(), "mtime", pax);
    putNumber(block, TarFields.MAJOR, TarFields.ID_BYTES, entry.device().major());
    putNumber(block, TarFields.MINOR, TarFields.ID_BYTES, entry.device().minor());
    entry.xattrs().forEach((name, value) -> pax.put(PaxRecords.XATTR + name, value));
    return seal(block, entry.kind().flag());
  }

  private static byte[] seal(byte[] block, char type) {
    block[TarFields.TYPE] = (byte) type;
    System.arraycopy(MAGIC, 0, block, TarFields.MAGIC, MAGIC.length);
    putNumber(block, TarFields.CHECKSUM, TarFields.ID_BYTES - 1, TarFields.checksum(block, true));
    block[TarFields.CHECKSUM + TarFields.ID_BYTES - 1] = ' ';
    return block;
  }

  private static void putName(byte[] block, byte[] name, Map<String, byte[]> pax) {
    if (name.length <= TarFields.NAME_BYTES && isAscii(name)) {
      System.arraycopy(name, 0, block, TarFields.NAME, name.length);
      return;
    }
    // A reader that knows no pax sees a part of the name.
    int length = Math.min(name.length, TarFields.NAME_BYTES);
    System.arraycopy(name, 0, block, TarFields.NAME, length);
    pax.put("path", name);
  }

  private static void putLink(byte[] block, byte[] link, Map<String, byte[]> pax) {
    int length = Math.min(link.length, TarFields.NAME_BYTES);
    System.arraycopy(link, 0, block, TarFields.LINK, length);
    if (length < link.length || !isAscii(link)) {
      pax.put("linkpath", link);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static void putId(byte[] block, int offset, int id, String key, Map<String, byte[]> pax) {
    long value = Integer.toUnsignedLong(id);
    if (value <= 07777777) {
      putNumber(block, offset, TarFields.ID_BYTES, value);
    } else {
      putNumber(block, offset, TarFields.ID_BYTES, 0);
      pax.put(key, decimal(value));
    }
  }

  private static void putLong(
      byte[] block, int offset, long value, String key, Map<String, byte[]> pax) {
    if (value >= 0 && value <= 077777777777L) {
      putNumber(block, offset, TarFields.LONG_BYTES, value);
    } else {
      putNumber(block, offset, TarFields.LONG_BYTES, 0);
      pax.put(key, decimal(value));
    }
  }

  private static byte[] decimal(long value) {
    return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  /** Octal with leading zeros and a NUL behind. */
  private static void putNumber(byte[] block, int offset, int length, long value) {
    Arrays.fill(block, offset, offset + length - 1, (byte) '0');
    long rest = value;
    for (int i = offset + length - 2; rest != 0; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    block[offset + length - 1] = 0;
  }

  private void writePax(Map<String, byte[]> records) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      writeRecord(data, record.getKey(), record.getValue());
    }
    byte[] block = new byte[TarFields.BLOCK_BYTES];
    byte[] name = PAX_NAME.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, block, TarFields.NAME, name.length);
    putNumber(block, TarFields.MODE, TarFields.ID_BYTES, 0644);
    putNumber(block, TarFields.UID, TarFields.ID_BYTES, 0);
    putNumber(block, TarFields.GID, TarFields.ID_BYTES, 0);
    putNumber(block, TarFields.SIZE, TarFields.LONG_BYTES, data.size());
    putNumber(block, TarFields.TIME, TarFields.LONG_BYTES, 0);
    out.write(seal(block, 'x'));
    data.writeTo(out);
    out.write(ZEROS, 0, (int) TarInput.padding(data.size()));
  }

  /** {@code <length> <key>=<value>\n}, where the length counts its own digits. */
  private static void writeRecord(ByteArrayOutputStream out, String key, byte[] value) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    int rest = keyBytes.length + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() != Integer.toString(rest).length()) {
      length++;
    }
    out.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    out.write(' ');
    out.writeBytes(keyBytes);
    out.write('=');
    out.writeBytes(value);
    out.write('\n');
  }
}
