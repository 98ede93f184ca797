package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.console.Consoles;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.cli.request.RunFlags;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a container. */
@Command(
    name = "run",
    description = {
      "Start a container.",
      "Without -d its output is shown until it exits, and its exit code is the command's."
    })
public final class RunCommand implements Callable<Integer> {
  private static final Duration START_PATIENCE = Duration.ofMinutes(10);
  private static final Duration FOREVER = Duration.ofDays(3650);
  private static final int NEVER_RAN = 125;

  private final Gantry gantry;

  @Mixin private RunFlags flags = new RunFlags();

  @Option(
      names = {"-d", "--detach"},
      description = "Print the id and return when the container has started.")
  private boolean detach;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  private boolean help;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image: hello:1, …")
  private String image = "";

  @Parameters(index = "1..*", paramLabel = "COMMAND", description = "Replaces the image's CMD.")
  private List<String> command = new ArrayList<>();

  /** About this platform. */
  public RunCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runs runs = new Runs(gantry.runs());
    ObjectNode spec = flags.toSpec(image, command, gantry.environment());
    RunView run = runs.start(spec);
    Thread interrupt = Thread.ofPlatform().unstarted(() -> stop(runs, run.id()));
    if (!detach) {
      Runtime.getRuntime().addShutdownHook(interrupt);
    }
    RunView started =
        runs.await(run.id(), view -> view.isOver() || view.hasStarted(), START_PATIENCE);
    if (started.state().equals("rejected") || started.state().equals("lost")) {
      gantry.err().println("gantry: " + started.reason());
      forget(interrupt);
      return NEVER_RAN;
    }
    if (detach) {
      gantry.out().println(run.id());
      return 0;
    }
    if (!show(runs, run.id(), spec)) {
      forget(interrupt);
      return 0;
    }
    RunView end = runs.await(run.id(), RunView::isOver, FOREVER);
    forget(interrupt);
    return end.exitCode();
  }

  /** Both streams side by side, each to where it belongs, until both end. */
  private void follow(Runs runs, String id) throws InterruptedException {
    CountDownLatch open = new CountDownLatch(2);
    copy(runs, id, "follow=true&stdout=true&stderr=false", gantry.out(), open);
    copy(runs, id, "follow=true&stdout=false&stderr=true", gantry.err(), open);
    open.await();
  }

  /** Whether it stayed until the end; a container that has ended already has its log. */
  private boolean show(Runs runs, String id, ObjectNode spec)
      throws IOException, InterruptedException {
    boolean stdin = spec.path("stdin").asBoolean();
    boolean tty = spec.path("tty").asBoolean();
    try {
      if (stdin || tty) {
        return new Consoles(gantry).attach(id, stdin, tty).isPresent();
      }
    } catch (ApiException e) {
      if (e.status() != 409) {
        throw e;
      }
    }
    follow(runs, id);
    return true;
  }

  private void copy(Runs runs, String id, String query, OutputStream out, CountDownLatch open) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                runs.copyLog(id, query, out);
              } catch (IOException e) {
                gantry.err().println("gantry: the log broke off: " + e.getMessage());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                open.countDown();
              }
            });
  }

  /** Ctrl-C at the terminal stops what was started from there. */
  private void stop(Runs runs, String id) {
    try {
      runs.order(id, "stop", "");
    } catch (IOException e) {
      gantry.err().println("gantry: " + id + " was not stopped: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread interrupt) {
    try {
      Runtime.getRuntime().removeShutdownHook(interrupt);
    } catch (IllegalStateException alreadyStopping) {
      // The hook is at work.
    }
  }
}
