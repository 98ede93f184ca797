package dev.gantry.isolation.network;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which process of this host has a port: for people who wonder. Best effort. */
final class PortHolder {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int LOCAL_ADDRESS_FIELD = 1;
  private static final int INODE_FIELD = 9;

  private PortHolder() {}

  /** Names a process that has the port on some address. */
  static Optional<String> of(int port, Protocol protocol) {
    try {
      Set<String> links = new HashSet<>();
      for (String table : new String[] {protocol.text(), protocol.text() + "6"}) {
        collectLinks(Path.of("/proc/net", table), port, links);
      }
      return links.isEmpty() ? Optional.empty() : process(links);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The targets of /proc/PID/fd/N that are sockets with this local port (proc_pid_net(5)). */
  private static void collectLinks(Path table, int port, Set<String> links) throws IOException {
    if (!Files.exists(table)) {
      return;
    }
    String suffix = String.format(":%04X", port);
    Files.readAllLines(table).stream()
        .map(line -> BLANKS.split(line.strip()))
        .filter(fields -> fields.length > INODE_FIELD)
        .filter(fields -> fields[LOCAL_ADDRESS_FIELD].endsWith(suffix))
        .forEach(fields -> links.add("socket:[" + fields[INODE_FIELD] + "]"));
  }

  private static Optional<String> process(Set<String> links) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (has(process, links)) {
          return Optional.of(
              "process "
                  + process.getFileName()
                  + " ("
                  + Files.readString(process.resolve("comm")).strip()
                  + ")");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean has(Path process, Set<String> links) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (links.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      // The process has ended, or closed the file, meanwhile.
      return false;
    }
  }
}
