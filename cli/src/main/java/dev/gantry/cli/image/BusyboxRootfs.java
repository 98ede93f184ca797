package dev.gantry.cli.image;

import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The smallest file system that a shell can live in: this host's statically linked busybox, a link
 * for each of its programs, the usual directories, root and nobody. The same busybox gives the same
 * bytes.
 */
final class BusyboxRootfs {
  private static final List<Path> PLACES =
      List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
  private static final List<String> DIRECTORIES =
      List.of("bin", "dev", "etc", "home", "proc", "root", "sys", "tmp", "usr", "usr/bin", "var");

  private BusyboxRootfs() {}

  /** Writes it as a tar. */
  static void write(OutputStream out) throws IOException, InterruptedException {
    Path busybox = find();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      for (String directory : DIRECTORIES) {
        add(tar, directory + "/", directory.equals("tmp") ? 01777 : 0755, new byte[0]);
      }
      add(tar, "bin/busybox", 0755, Files.readAllBytes(busybox));
      for (String program : programs(busybox)) {
        link(tar, "bin/" + program);
      }
      text(
          tar,
          "etc/passwd",
          "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
      text(tar, "etc/group", "root:x:0:\nnobody:x:65534:\n");
    }
  }

  private static Path find() throws IOException, InterruptedException {
    for (Path place : PLACES) {
      if (Files.isExecutable(place) && isStatic(place)) {
        return place;
      }
    }
    throw new ApiException(0, "no statically linked busybox here: apt-get install busybox-static");
  }

  /** A program that needs an interpreter (ld.so) names it in a PT_INTERP segment, as a path. */
  private static boolean isStatic(Path program) throws IOException {
    byte[] head = new byte[4096];
    try (var in = Files.newInputStream(program)) {
      int read = in.readNBytes(head, 0, head.length);
      return !new String(head, 0, read, StandardCharsets.ISO_8859_1).contains("/ld-");
    }
  }

  private static SortedSet<String> programs(Path busybox) throws IOException, InterruptedException {
    Process list = new ProcessBuilder(busybox.toString(), "--list").start();
    String output = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (list.waitFor() != 0) {
      throw new ApiException(0, busybox + " --list fails");
    }
    SortedSet<String> programs = new TreeSet<>(output.lines().toList());
    programs.remove("busybox");
    programs.removeIf(name -> !name.matches("[A-Za-z0-9_.\\[-]+"));
    return programs;
  }

  private static void text(TarArchiveOutputStream tar, String name, String text)
      throws IOException {
    add(tar, name, 0644, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void add(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setSize(content.length);
    put(tar, entry, content);
  }

  private static void link(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName("busybox");
    put(tar, entry, new byte[0]);
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
