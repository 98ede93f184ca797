package dev.gantry.build.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs Debian's {@code git} in a repository of its own: as nobody, without configuration of host or
 * user, hooks, credentials, filters, other protocols than HTTP, or a way out but the proxy.
 */
final class GitCommand {
  private static final int NOBODY = 65_534;
  private static final String PLACE = "/mnt";

  /** Nobody may not pass the directories above the repository: it gets a place of its own. */
  private static final String ENTER =
      "mount --bind . " + PLACE + " && cd " + PLACE + " && exec \"$@\"";

  private static final int MESSAGE_BYTES_MAX = 16 * 1024;
  private static final Pattern SECRET = Pattern.compile("//[^/@\\s]*@");
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Path repository;
  private final String proxy;
  private final FetchLimits limits;
  private final Lifeline lifeline;

  GitCommand(Path repository, String proxy, FetchLimits limits, Lifeline lifeline) {
    this.repository = repository;
    this.proxy = proxy;
    this.limits = limits;
    this.lifeline = lifeline;
  }

  /** How a command ended, and what it said. */
  record Result(int status, String output, String errors) {
    boolean succeeded() {
      return status == 0;
    }

    /** The last line of what it complained about, for a person. */
    String complaint() {
      List<String> lines = errors.lines().filter(line -> !line.isBlank()).toList();
      String last = lines.isEmpty() ? "git ended with status " + status : lines.getLast();
      return SECRET.matcher(last).replaceAll("//");
    }
  }

  /** Runs it to its end. */
  Result run(int outputBytesMax, String... arguments) throws IOException {
    try (Running running = start(arguments)) {
      byte[] output = running.output().readNBytes(outputBytesMax);
      return running.finish(new String(output, StandardCharsets.UTF_8));
    }
  }

  /** Starts it; its output is to be read. */
  Running start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
    command.addAll(List.of("sh", "-c", ENTER, "sh"));
    command.add("prlimit");
    command.add("--fsize=" + limits.bytesMax());
    command.add("--core=0");
    command.add("setpriv");
    command.add("--reuid=" + NOBODY);
    command.add("--regid=" + NOBODY);
    command.add("--clear-groups");
    command.add("--inh-caps=-all");
    command.add("--bounding-set=-all");
    command.add("--no-new-privs");
    command.add("git");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(repository.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    Process process = builder.start();
    process.getOutputStream().close();
    return new Running(process);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", PATH);
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("HOME", "/nonexistent");
    environment.put("GIT_DIR", PLACE);
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_ATTR_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ASKPASS", "/bin/false");
    environment.put("GIT_ALLOW_PROTOCOL", "http:https");
    environment.put("GIT_LFS_SKIP_SMUDGE", "1");
    Map<String, String> config = new TreeMap<>();
    config.put("core.hooksPath", "/dev/null");
    config.put("core.fsmonitor", "false");
    config.put("credential.helper", "");
    config.put("fetch.recurseSubmodules", "false");
    config.put("gc.auto", "0");
    config.put("http.proxy", proxy);
    config.put("maintenance.auto", "false");
    config.put("tar.umask", "0022");
    config.put("transfer.fsckObjects", "true");
    environment.put("GIT_CONFIG_COUNT", Integer.toString(config.size()));
    int index = 0;
    for (Map.Entry<String, String> setting : config.entrySet()) {
      environment.put("GIT_CONFIG_KEY_" + index, setting.getKey());
      environment.put("GIT_CONFIG_VALUE_" + index, setting.getValue());
      index++;
    }
    return environment;
  }

  /** A command on its way; closing it kills it and what it started. */
  final class Running implements AutoCloseable {
    private final Process process;
    private final StringBuilder errors = new StringBuilder();
    private final Thread listener;
    private final Thread watch;

    private Running(Process process) throws IOException {
      this.process = process;
      this.listener = Thread.ofVirtual().start(this::listen);
      this.watch = Thread.ofVirtual().start(this::watch);
      lifeline.hold(this);
    }

    InputStream output() {
      return process.getInputStream();
    }

    /** Waits for its end. */
    Result finish(String output) throws IOException {
      try {
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        int status = process.waitFor();
        listener.join();
        synchronized (errors) {
          return new Result(status, output, errors.toString());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    private void listen() {
      byte[] buffer = new byte[4096];
      try (InputStream in = process.getErrorStream()) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          synchronized (errors) {
            if (errors.length() < MESSAGE_BYTES_MAX) {
              errors.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
          }
        }
      } catch (IOException e) {
        // It was killed.
      }
    }

    private void watch() {
      try {
        if (!process.waitFor(limits.timeMax().toMillis(), TimeUnit.MILLISECONDS)) {
          close();
        }
      } catch (InterruptedException e) {
        // Closed before.
      }
    }

    @Override
    public void close() {
      lifeline.release(this);
      watch.interrupt();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
