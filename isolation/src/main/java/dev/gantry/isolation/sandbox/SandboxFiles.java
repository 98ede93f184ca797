package dev.gantry.isolation.sandbox;

import dev.gantry.linux.process.Boot;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The files that the shim writes into a sandbox's directory; each appears whole, by a rename. */
record SandboxFiles(Path directory) {
  private static final long NANOS = 1_000_000_000L;
  private static final int SIGKILL_CODE = 137;

  /** No process has started then. */
  private static final long NEVER = -1;

  /** {@code init} is the sandbox's first process. */
  record Started(ProcessId init, Instant at) {}

  Path spec() {
    return directory.resolve("spec");
  }

  /** What of the specification is known before there is a request. */
  Path standing() {
    return directory.resolve("standing");
  }

  Path upper() {
    return directory.resolve("upper");
  }

  /** The shim, once there is one; it may have ended since. */
  Optional<ProcessId> shim() throws IOException {
    return read("shim.pid").map(text -> shim(text.strip().split(" ")));
  }

  /** Of an earlier boot nothing lives, whoever has the number now. */
  private static ProcessId shim(String[] words) {
    boolean earlier = words.length > 2 && !words[2].equals(Boot.id());
    return earlier ? new ProcessId(Long.parseLong(words[0]), NEVER) : processId(words, 0);
  }

  /** Present once the command was executed. */
  Optional<Started> started() throws IOException {
    return read("state").map(SandboxFiles::started);
  }

  /** Present once the sandbox ended, unless the shim was killed. */
  Optional<ExitRecord> exit() throws IOException {
    // Empty where the machine stopped before it was synced.
    return read("exit").filter(text -> !text.isEmpty()).map(SandboxFiles::exitRecord);
  }

  /** Who holds what the sandbox has of the host; empty: the sandbox itself. */
  Optional<String> owner() throws IOException {
    return read("owner").map(String::strip);
  }

  /** Says so, before it holds anything. */
  void owner(String name) throws IOException {
    replace("owner", (name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces the specification: whoever has read the one before has it still. */
  void specify(byte[] specification) throws IOException {
    replace("spec", specification);
  }

  private void replace(String name, byte[] content) throws IOException {
    Path fresh = directory.resolve(name + ".new");
    Files.write(fresh, content);
    Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** As if it had never been started: what says so goes last. */
  void forgetEnd() throws IOException {
    for (String name : List.of("state", "exit", "shim.pid")) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }

  /** The name in the specification; empty when there is none. */
  Optional<String> id() throws IOException {
    try (var in = Files.newInputStream(spec())) {
      String head = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
      int colon = head.indexOf(':');
      if (!head.startsWith("id ") || colon < 0) {
        return Optional.empty();
      }
      int end = colon + 1 + Integer.parseInt(head.substring("id ".length(), colon));
      return end <= head.length() ? Optional.of(head.substring(colon + 1, end)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Parses what the shim says when the command was executed: {@code started PID TICKS NANOS}. */
  static Started started(String line) {
    String[] words = line.strip().split(" ");
    return new Started(processId(words, 1), instant(words[3]));
  }

  /** What is true of a sandbox whose shim was killed: it went with it. */
  static ExitRecord lost(Started started, Instant noticed) {
    return new ExitRecord(
        SIGKILL_CODE,
        OptionalInt.of(SIGKILL_CODE - 128),
        false,
        started.at(),
        noticed,
        Optional.of(new ExitRecord.Failure(ExitRecord.SHIM_LOST, 0, "the shim was killed")));
  }

  private static ExitRecord exitRecord(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n")) {
      int space = line.indexOf(' ');
      values.put(line.substring(0, space), line.substring(space + 1));
    }
    int signal = Integer.parseInt(values.getOrDefault("signal", "0"));
    return new ExitRecord(
        Integer.parseInt(values.getOrDefault("code", "0")),
        signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal),
        "1".equals(values.get("oom")),
        instant(values.getOrDefault("started", "0")),
        instant(values.getOrDefault("exited", "0")),
        Optional.ofNullable(values.get("failure")).map(SandboxFiles::failure));
  }

  /** {@code STAGE ERRNO DETAIL}. */
  static ExitRecord.Failure failure(String text) {
    String[] words = text.split(" ", 3);
    return new ExitRecord.Failure(
        words[0], Integer.parseInt(words[1]), words.length > 2 ? words[2] : "");
  }

  private static ProcessId processId(String[] words, int at) {
    return new ProcessId(Long.parseLong(words[at]), Long.parseLong(words[at + 1]));
  }

  private static Instant instant(String nanos) {
    long value = Long.parseLong(nanos);
    return Instant.ofEpochSecond(value / NANOS, value % NANOS);
  }

  private Optional<String> read(String name) throws IOException {
    try {
      return Optional.of(Files.readString(directory.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
