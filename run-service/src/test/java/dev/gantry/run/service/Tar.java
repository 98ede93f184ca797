package dev.gantry.run.service;

import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarReader;
import dev.gantry.oci.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small archives. */
final class Tar {
  private Tar() {}

  /** An archive of one file. */
  static byte[] of(String name, String content, int uid, int gid) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.begin(
        TarEntry.of(
                name,
                TarEntry.Kind.FILE,
                0644,
                new TarEntry.Owner(uid, gid),
                Instant.ofEpochSecond(1))
            .withSize(bytes.length));
    tar.write(bytes, 0, bytes.length);
    tar.finish();
    return out.toByteArray();
  }

  /** The files of an archive. */
  static Map<String, String> files(byte[] archive) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    TarReader tar = new TarReader(new ByteArrayInputStream(archive));
    for (TarEntry entry; (entry = tar.next()) != null; ) {
      byte[] content = new byte[(int) entry.size()];
      for (int at = 0; at < content.length; ) {
        at += tar.read(content, at, content.length - at);
      }
      files.put(entry.name(), new String(content, StandardCharsets.UTF_8));
    }
    return files;
  }
}
