package dev.gantry.image.mirror;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Keeps what was fetched as any other blob. It is copied: whoever follows the fetch reads its file
 * on, and a store need not have files.
 */
record StoreKeeper(BlobStore store, BlobLinkRepository links) implements BlobFetch.Keeper {
  @Override
  public boolean has(Place place, Digest digest) {
    return links.size(place.here(), digest).isPresent();
  }

  @Override
  public void keep(Place place, Digest digest, Path file) throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    try {
      copy(file, staged);
      long size = staged.size();
      staged.commit(digest);
      if (!links.link(place.here(), digest, size)) {
        throw new IOException("the blob was deleted while it was stored");
      }
    } finally {
      staged.discard();
    }
  }

  private static void copy(Path file, StagedBlob staged) throws IOException {
    try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
        WritableByteChannel to = staged.append()) {
      long size = from.size();
      long position = 0;
      while (position < size) {
        position += from.transferTo(position, size - position, to);
      }
    }
  }
}
