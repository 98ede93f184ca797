package dev.gantry.oci.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Gzip (RFC 1952) whose blocks are deflated side by side, as pigz does: each block of 128 KiB with
 * the 32 KiB before it as its dictionary, all in one member. What comes out depends on the bytes
 * and the level alone, never on how many processors there are; the header tells no time, name or
 * system. Memory is bounded by a few blocks per processor.
 */
final class BlockGzipOutput extends OutputStream {
  private static final int BLOCK_BYTES = 128 * 1024;
  private static final int DICTIONARY_BYTES = 32 * 1024;
  private static final int PENDING_MAX = 2 * Runtime.getRuntime().availableProcessors();
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final OutputStream out;
  private final int level;
  private final CRC32 checksum = new CRC32();
  private final Deque<ForkJoinTask<byte[]>> pending = new ArrayDeque<>();
  private byte[] block = new byte[BLOCK_BYTES];
  private byte[] dictionary = new byte[0];
  private int filled;
  private long size;
  private boolean closed;

  BlockGzipOutput(OutputStream out, int level) throws IOException {
    this.out = out;
    this.level = level;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    checksum.update(from, offset, length);
    size += length;
    for (int done = 0; done < length; ) {
      if (filled == BLOCK_BYTES) {
        submit();
      }
      int count = Math.min(length - done, BLOCK_BYTES - filled);
      System.arraycopy(from, offset + done, block, filled, count);
      filled += count;
      done += count;
    }
  }

  private void submit() throws IOException {
    if (pending.size() >= PENDING_MAX) {
      out.write(pending.remove().join());
    }
    byte[] full = block;
    byte[] before = dictionary;
    Callable<byte[]> task = () -> deflate(before, full, BLOCK_BYTES, false);
    pending.add(ForkJoinPool.commonPool().submit(task));
    dictionary = Arrays.copyOfRange(full, BLOCK_BYTES - DICTIONARY_BYTES, BLOCK_BYTES);
    block = new byte[BLOCK_BYTES];
    filled = 0;
  }

  private byte[] deflate(byte[] before, byte[] bytes, int length, boolean last) {
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setDictionary(before);
      deflater.setInput(bytes, 0, length);
      if (last) {
        deflater.finish();
      }
      ByteArrayOutputStream deflated = new ByteArrayOutputStream(length / 2 + 64);
      byte[] part = new byte[16 * 1024];
      int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
      int count;
      do {
        count = deflater.deflate(part, 0, part.length, flush);
        deflated.write(part, 0, count);
      } while (last ? !deflater.finished() : count == part.length);
      return deflated.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /** Ends the member; the stream below stays open. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    while (!pending.isEmpty()) {
      out.write(pending.remove().join());
    }
    out.write(deflate(dictionary, block, filled, true));
    writeLittleEndian((int) checksum.getValue());
    writeLittleEndian((int) size);
  }

  private void writeLittleEndian(int value) throws IOException {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(value >>> shift & 0xff);
    }
  }
}
