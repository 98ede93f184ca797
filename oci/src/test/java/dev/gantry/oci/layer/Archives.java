package dev.gantry.oci.layer;

import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarEntry.Owner;
import dev.gantry.oci.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Makes archives in memory, well-behaved or not: the writer below checks no names. */
final class Archives {
  static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);

  static Archives archive() {
    return new Archives();
  }

  Archives add(TarEntry entry, byte... content) {
    try {
      tar.begin(entry.kind() == Kind.FILE ? entry.withSize(content.length) : entry);
      tar.write(content, 0, content.length);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Archives file(String name, String content) {
    return add(entry(name, Kind.FILE, 0644), content.getBytes(StandardCharsets.UTF_8));
  }

  Archives directory(String name) {
    return add(entry(name, Kind.DIRECTORY, 0755));
  }

  Archives symlink(String name, String target) {
    return add(entry(name, Kind.SYMLINK, 0777).withLink(target));
  }

  Archives hardLink(String name, String target) {
    return add(entry(name, Kind.HARD_LINK, 0666).withLink(target));
  }

  Archives xattr(String name, String attribute, byte... value) {
    return add(entry(name, Kind.FILE, 0644).withXattrs(Map.of(attribute, value)));
  }

  static TarEntry entry(String name, Kind kind, int mode) {
    return TarEntry.of(name, kind, mode, Owner.ROOT, TIME);
  }

  byte[] bytes() {
    try {
      tar.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
