package dev.gantry.build.output;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarReader;
import dev.gantry.oci.tar.TarWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of an image as one archive, as a container would see them: layers upon each other,
 * without what upper ones hide (image-spec, layer.md). Reads each layer twice: to learn which entry
 * of a path is the last, and to write it.
 */
final class FileSystemArchive {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int ENTRIES_MAX = 2_000_000;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final BuiltLayers image;
  private final TarWriter tar;
  private final OutputStream out;

  /** Which layer a path is of, at last. */
  private final Map<String, Integer> last = new HashMap<>();

  /** Files that are gone but for other names that they have, by layer and path: the first name. */
  private final Map<String, String> renamed = new HashMap<>();

  private FileSystemArchive(BuiltLayers image, OutputStream out) {
    this.image = image;
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    this.tar = new TarWriter(this.out);
  }

  static void write(BuiltLayers image, OutputStream out) throws IOException {
    new FileSystemArchive(image, out).write();
  }

  /** Does something with each entry of a layer. */
  @FunctionalInterface
  private interface Visitor {
    void visit(TarEntry entry, String path, TarReader reader) throws IOException;
  }

  private void write() throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    for (int i = 0; i < layers.size(); i++) {
      learn(layers.get(i), i);
    }
    for (int i = 0; i < layers.size(); i++) {
      findNames(layers.get(i), i);
    }
    for (int i = 0; i < layers.size(); i++) {
      int layer = i;
      each(layers.get(i), (entry, path, reader) -> copy(layer, entry, path, reader));
    }
    tar.finish();
    out.flush();
  }

  private void each(Descriptor layer, Visitor visitor) throws IOException {
    try (InputStream in = new BufferedInputStream(image.tar(layer), BUFFER_BYTES)) {
      TarReader reader = new TarReader(in);
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        String path = clean(entry.name());
        if (!path.isEmpty()) {
          visitor.visit(entry, path, reader);
        }
      }
    }
  }

  private static String clean(String name) {
    String path = name;
    while (path.startsWith("./") || path.startsWith("/")) {
      path = path.substring(path.indexOf('/') + 1);
    }
    return path.equals(".") ? "" : path;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Whiteouts hide what is below, not what the same layer has. */
  private void learn(Descriptor layer, int index) throws IOException {
    Set<String> gone = new HashSet<>();
    Set<String> opaque = new HashSet<>();
    Map<String, Boolean> here = new HashMap<>();
    each(
        layer,
        (entry, path, reader) -> {
          if (name(path).equals(OPAQUE)) {
            opaque.add(parent(path));
          } else if (name(path).startsWith(WHITEOUT)) {
            String hidden = name(path).substring(WHITEOUT.length());
            gone.add(parent(path).isEmpty() ? hidden : parent(path) + "/" + hidden);
          } else {
            here.put(path, entry.kind() == TarEntry.Kind.DIRECTORY);
          }
          if (last.size() + here.size() > ENTRIES_MAX) {
            throw new IOException("the image has more than " + ENTRIES_MAX + " files");
          }
        });
    here.forEach(
        (path, directory) -> {
          if (!directory) {
            gone.add(path); // Nothing is below what is no directory.
          }
        });
    if (!gone.isEmpty() || !opaque.isEmpty()) {
      last.keySet().removeIf(path -> isHidden(path, gone, opaque));
    }
    here.keySet().forEach(path -> last.put(path, index));
  }

  private static boolean isHidden(String path, Set<String> gone, Set<String> opaque) {
    if (gone.contains(path)) {
      return true;
    }
    for (String above = parent(path); ; above = parent(above)) {
      if (gone.contains(above) || opaque.contains(above)) {
        return true;
      }
      if (above.isEmpty()) {
        return false;
      }
    }
  }

  private boolean isLast(String path, int layer) {
    return last.getOrDefault(path, -1) == layer;
  }

  /** A file that is gone lives on under the first of its other names that is there. */
  private void findNames(Descriptor layer, int index) throws IOException {
    each(
        layer,
        (entry, path, reader) -> {
          if (entry.kind() == TarEntry.Kind.HARD_LINK && isLast(path, index)) {
            String target = clean(entry.linkName());
            if (!isLast(target, index)) {
              renamed.putIfAbsent(index + "/" + target, path);
            }
          }
        });
  }

  private void copy(int layer, TarEntry entry, String path, TarReader reader) throws IOException {
    String heir = renamed.get(layer + "/" + path);
    if (isLast(path, layer)) {
      put(link(layer, named(entry, path), path), reader);
    } else if (heir != null && entry.kind() == TarEntry.Kind.FILE) {
      put(named(entry, heir), reader);
    }
  }

  /** A further name of a file, which may have another first name now; itself, where it is that. */
  private TarEntry link(int layer, TarEntry entry, String path) {
    if (entry.kind() != TarEntry.Kind.HARD_LINK) {
      return entry;
    }
    String target = clean(entry.linkName());
    return entry.withLink(renamed.getOrDefault(layer + "/" + target, target));
  }

  private static TarEntry named(TarEntry entry, String path) {
    return new TarEntry(
        path,
        entry.kind(),
        entry.mode(),
        entry.owner(),
        entry.size(),
        entry.modified(),
        entry.linkName(),
        entry.device(),
        entry.xattrs(),
        List.of(),
        false);
  }

  private void put(TarEntry entry, TarReader reader) throws IOException {
    if (entry.kind() == TarEntry.Kind.HARD_LINK && entry.linkName().equals(entry.name())) {
      return; // It was written where its content was.
    }
    tar.begin(entry);
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = reader.read(buffer, 0, buffer.length);
        count >= 0;
        count = reader.read(buffer, 0, buffer.length)) {
      tar.write(buffer, 0, count);
    }
  }
}
