package dev.gantry.launcher.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to run a child.
 *
 * @param name what it is called towards people
 * @param command its command line
 * @param directory where it runs
 * @param environment variables beside those of this process
 * @param log where its output goes
 * @param ready whether it serves now; asked again and again after every start
 * @param stop how it is asked to end
 */
public record ChildSpec(
    String name,
    List<String> command,
    Path directory,
    Map<String, String> environment,
    Path log,
    Ready ready,
    Stop stop) {
  /** Copies what could change. */
  public ChildSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Whether a child serves now. */
  public interface Ready {
    /** True when it does; an exception counts as no. */
    boolean test() throws Exception;
  }

  /** Asks a running child to end. */
  public interface Stop {
    /** SIGTERM. */
    Stop TERMINATE = Process::destroy;

    /** Returns at once or when it ended; who does not end is killed later. */
    void request(Process process) throws Exception;
  }
}
