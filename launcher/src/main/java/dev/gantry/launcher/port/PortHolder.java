package dev.gantry.launcher.port;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The process that listens on a TCP port, found in {@code /proc/net/tcp{,6}} (proc_net(5)) and the
 * file descriptors of all processes.
 *
 * @param command its command line, cut to 200 characters
 */
public record PortHolder(long pid, String command) {
  private static final String LISTEN = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final int COMMAND_MAX = 200;

  /** Who listens on {@code port}; empty when nobody does or the holder cannot be seen. */
  public static Optional<PortHolder> find(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Path file = Path.of(table);
      if (Files.exists(file)) {
        sockets.addAll(listening(Files.readAllLines(file), port));
      }
    }
    return sockets.isEmpty() ? Optional.empty() : owner(sockets);
  }

  /** The inodes, as {@code socket:[n]}, of the listeners on {@code port} in a table's lines. */
  static Set<String> listening(List<String> lines, int port) {
    Set<String> sockets = new HashSet<>();
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > INODE
          && columns[STATE].equals(LISTEN)
          && columns[LOCAL_ADDRESS].endsWith(String.format(":%04X", port))) {
        sockets.add("socket:[" + columns[INODE] + "]");
      }
    }
    return sockets;
  }

  @Override
  public String toString() {
    return "pid " + pid + " (" + command + ")";
  }

  private static Optional<PortHolder> owner(Set<String> sockets) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          long pid = Long.parseLong(process.getFileName().toString());
          return Optional.of(new PortHolder(pid, command(process)));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isOneOf(descriptor, sockets)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // The process ended, or belongs to somebody whose descriptors we may not see.
    }
    return false;
  }

  private static boolean isOneOf(Path descriptor, Set<String> sockets) {
    try {
      return sockets.contains(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static String command(Path process) {
    try {
      String line =
          Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
              .replace('\0', ' ')
              .strip();
      return line.length() > COMMAND_MAX ? line.substring(0, COMMAND_MAX) + "…" : line;
    } catch (IOException gone) {
      return "?";
    }
  }
}
