package dev.gantry.build.execute;

import dev.gantry.build.context.InvalidContextException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.layer.HostileArchiveException;
import dev.gantry.oci.layer.LayerLimits;
import dev.gantry.oci.layer.LayerReader;
import dev.gantry.oci.layer.UnpackOptions;
import dev.gantry.oci.tar.TarEntry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** Unpacks what ADD finds to be an archive, as Docker does; links in it lead nowhere else. */
final class AddArchive {
  private AddArchive() {}

  /**
   * Unpacks a tar into the destination, which is a directory in any case; owners and modes are the
   * archive's, unless an owner was asked for.
   *
   * @throws Copier.CopyRefusedException when the archive is damaged or hostile
   */
  static void unpack(InputStream tar, String name, CopyTarget target) throws IOException {
    target.copier().directory(target.destination(), Instant.EPOCH);
    Owner owner = target.owner();
    UnpackOptions options =
        UnpackOptions.ARCHIVE
            .with(LayerLimits.DEFAULT)
            .into(
                new UnpackOptions.Place.Image(
                    owner == null ? null : new TarEntry.Owner(owner.uid(), owner.gid())));
    try (DirFd directory = target.root().directory(target.copier().resolved(target.destination()));
        InputStream watched = new Watched(tar, target.cancellation())) {
      LayerReader.unpack(watched, directory, options);
    } catch (HostileArchiveException | InvalidContextException e) {
      throw new Copier.CopyRefusedException("cannot unpack " + name + ": " + e.getMessage());
    }
  }

  /** Ends with the build. */
  private static final class Watched extends FilterInputStream {
    private final Cancellation cancellation;

    Watched(InputStream in, Cancellation cancellation) {
      super(in);
      this.cancellation = cancellation;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      cancellation.check();
      return super.read(into, offset, length);
    }
  }
}
