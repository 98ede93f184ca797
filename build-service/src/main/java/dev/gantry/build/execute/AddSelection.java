package dev.gantry.build.execute;

import dev.gantry.build.context.ArchiveFormat;
import dev.gantry.build.tree.Selection;
import dev.gantry.build.tree.SourceDigest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/**
 * Files of the context, a stage or an image.
 *
 * @param unpack whether it is unpacked if it is an archive
 */
record AddSelection(Selection selection, boolean unpack) implements CopyPart {
  @Override
  public void describe(Map<String, String> into, boolean owners) throws IOException {
    new SourceDigest(owners, into).add(selection);
  }

  @Override
  public void place(CopyTarget target) throws IOException {
    boolean file = !selection.isDirectory() && selection.node().size() > 0;
    if (unpack && file) {
      Optional<InputStream> archive =
          ArchiveFormat.tar(() -> selection.tree().open(selection.path()));
      if (archive.isPresent()) {
        try (InputStream in = archive.get()) {
          AddArchive.unpack(in, "/" + selection.path(), target);
        }
        return;
      }
    }
    target.copier().copy(selection, target.destination(), target.directory());
  }
}
