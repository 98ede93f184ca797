package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A registry that is measured: where it listens, and the process that does.
 *
 * @param label as the figures call it
 * @param address of its plain HTTP
 * @param pid of the process, by which its processor time and memory are known
 */
record RegistryServer(String label, InetSocketAddress address, long pid) {
  /** USER_HZ, the same on all Linux of this architecture. */
  private static final long MILLIS_PER_TICK = 10;

  private static final String LISTENING = "0A";

  /** The registry that listens on a port of this host. */
  static RegistryServer at(String label, InetSocketAddress address) throws IOException {
    return new RegistryServer(label, address, listener(address.getPort()));
  }

  RegistryConnection connect() throws IOException {
    return new RegistryConnection(address);
  }

  /** Processor time of the process so far, of its user and the kernel (proc(5), stat). */
  long cpuMillis() throws IOException {
    String[] fields = stat(pid);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
  }

  /** The same with PostgreSQL, where the registry has one that was started beside it. */
  long cpuMillisWithDatabase() throws IOException {
    long parent = parent(pid);
    long total = cpuMillis();
    for (long each : processes()) {
      if (isPostgres(each) && (parent(each) == parent || parent(parent(each)) == parent)) {
        String[] fields = stat(each);
        for (int i = 11; i <= 14; i++) { // of its own, and of its children that have ended
          total += Long.parseLong(fields[i]) * MILLIS_PER_TICK;
        }
      }
    }
    return total;
  }

  /** Resident memory (proc(5), status). */
  double residentMib() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      String line = lines.filter(each -> each.startsWith("VmRSS")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
  }

  private static long listener(int port) throws IOException {
    String inode = inode(port);
    for (long pid : processes()) {
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
        if (descriptors.anyMatch(each -> leadsTo(each, "socket:[" + inode + "]"))) {
          return pid;
        }
      } catch (IOException e) {
        continue; // it has ended
      }
    }
    throw new IOException("no process of this host listens on port " + port);
  }

  private static boolean leadsTo(Path descriptor, String target) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals(target);
    } catch (IOException e) {
      return false; // it is closed by now
    }
  }

  private static String inode(int port) throws IOException {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields[1].endsWith(suffix) && fields[3].equals(LISTENING)) {
          return fields[9];
        }
      }
    }
    throw new IOException("nobody listens on port " + port);
  }

  private static long[] processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .mapToLong(Long::parseLong)
          .toArray();
    }
  }

  private static boolean isPostgres(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("postgres");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static long parent(long pid) throws IOException {
    return Long.parseLong(stat(pid)[1]);
  }

  /** The fields after the name, which may hold anything: 0 is the state. */
  private static String[] stat(long pid) throws IOException {
    byte[] stat = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
    String text = new String(stat, StandardCharsets.ISO_8859_1);
    return text.substring(text.lastIndexOf(')') + 2).split(" ");
  }
}
