package dev.gantry.oci.layer;

import com.github.luben.zstd.ZstdOutputStream;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Archives directory trees as layers. The same tree makes the same bytes on every machine: entries
 * sorted, no names of users, no access times, nothing of the compressor's environment.
 */
public final class LayerWriter {
  private static final int BUFFER_BYTES = 64 * 1024;

  private LayerWriter() {}

  /**
   * Writes what is in a directory, without the directory itself. An overlay's upper directory makes
   * the layer of what was changed: character devices 0:0 become whiteouts, opaque directories
   * opaque markers. Sockets are left out.
   *
   * @param out flushed at the end and left open; buffering it pays
   * @throws IOException when the tree cannot be a layer: names that begin with {@code .wh.},
   *     overlay redirects, paths too long, owners below the id base; or changes while it is read
   */
  public static WrittenLayer write(DirFd tree, OutputStream out, LayerOptions options)
      throws IOException {
    DigestedOutput compressed = new DigestedOutput(out);
    OutputStream compressor = compressor(compressed, options);
    DigestedOutput plain = new DigestedOutput(compressor);
    OutputStream buffered = new BufferedOutputStream(plain, BUFFER_BYTES);
    TreeArchiver archiver = new TreeArchiver(new TarWriter(buffered), options);
    archiver.archive(tree);
    compressor.close();
    out.flush();
    String mediaType = options.compression().mediaType();
    Descriptor descriptor = new Descriptor(mediaType, compressed.finish(), compressed.size());
    return new WrittenLayer(descriptor, plain.finish(), plain.size(), archiver.entries());
  }

  private static OutputStream compressor(OutputStream out, LayerOptions options)
      throws IOException {
    return switch (options.compression()) {
      case NONE -> out;
      case GZIP -> new BlockGzipOutput(out, options.level());
      case ZSTD -> new ZstdOutputStream(out, options.level()).setCloseFrameOnFlush(false);
    };
  }
}
