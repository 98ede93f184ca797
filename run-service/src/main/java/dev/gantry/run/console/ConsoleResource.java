package dev.gantry.run.console;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.isolation.console.AttachSpec;
import dev.gantry.isolation.console.Console;
import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import dev.gantry.isolation.console.RefusedException;
import dev.gantry.isolation.console.TerminalSize;
import dev.gantry.linux.Errno;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunLookup;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Commands in a run, and its own input and output, over WebSockets. The first byte of a message
 * says what it is about: 0 input, 1 output, 2 error, 3 the end ({@code {"exitCode":0}}), 4 the size
 * of the terminal ({@code {"Width":80,"Height":24}}), 255 the end of a channel, whose number
 * follows. What can be refused is refused before the upgrade.
 */
@Path("/v1/runs/{run}")
public final class ConsoleResource {
  private static final int SESSIONS_MAX = 512;
  private static final TerminalSize SIZE = new TerminalSize(24, 80);
  private static final String UPGRADED =
      "A WebSocket (subprotocol " + Session.PROTOCOL + "), binary messages";

  private final Semaphore sessions = new Semaphore(SESSIONS_MAX);
  private final Runs runs;
  private final Machine machine;

  ConsoleResource(Runs runs, Machine machine) {
    this.runs = runs;
    this.machine = machine;
  }

  /** What is executed, and how. */
  public static final class Parameters {
    @QueryParam("command")
    public List<String> command = List.of();

    @QueryParam("env")
    public List<String> env = List.of();

    @QueryParam("user")
    @DefaultValue("")
    public String user = "";

    @QueryParam("workdir")
    @DefaultValue("")
    public String workdir = "";

    @QueryParam("tty")
    @DefaultValue("false")
    public boolean tty;

    @QueryParam("stdin")
    @DefaultValue("false")
    public boolean stdin;

    ExecSpec spec() {
      if (command.isEmpty() || command.getFirst().isEmpty()) {
        throw new ProblemException(
            ReasonCode.INVALID_PARAMETER, "says what is executed", "command");
      }
      Optional<TerminalSize> terminal = tty ? Optional.of(SIZE) : Optional.empty();
      try {
        return new ExecSpec(command, env, workdir, user, terminal, stdin);
      } catch (IllegalArgumentException e) {
        throw new ProblemException(ReasonCode.INVALID_PARAMETER, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Something that begins a conversation with a process. */
  private interface Beginning {
    Exec begin(java.nio.file.Path directory) throws IOException;
  }

  /** Executes a command in a run; it ends, at the latest, with the connection. */
  @GET
  @Path("/exec")
  @Blocking
  @Operation(summary = "Execute a command in a run")
  @APIResponse(responseCode = "101", description = UPGRADED)
  public void exec(
      @PathParam("run") String run,
      @BeanParam Parameters parameters,
      @Context HttpServerRequest request,
      @Suspended AsyncResponse unused) {
    RunView found = RunLookup.find(runs, run);
    ExecSpec spec = parameters.spec();
    converse(found, request, directory -> Console.exec(directory, spec));
  }

  /** Attaches to the first process of a run: its output from now on or from the beginning on. */
  @GET
  @Path("/attach")
  @Blocking
  @Operation(summary = "Attach to a run's process")
  @APIResponse(responseCode = "101", description = UPGRADED)
  public void attach(
      @PathParam("run") String run,
      @QueryParam("stdin") @DefaultValue("false") boolean stdin,
      @QueryParam("replay") @DefaultValue("false") boolean replay,
      @Context HttpServerRequest request,
      @Suspended AsyncResponse unused) {
    RunView found = RunLookup.find(runs, run);
    AttachSpec spec = new AttachSpec(stdin, replay);
    converse(found, request, directory -> Console.attach(directory, spec));
  }

  private void converse(RunView run, HttpServerRequest request, Beginning beginning) {
    requireUpgrade(request);
    requireRunning(run);
    if (!sessions.tryAcquire()) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, SESSIONS_MAX + " conversations are going on already");
    }
    Exec exec;
    try {
      exec = beginning.begin(machine.directory(run.id().value()));
    } catch (RefusedException e) {
      sessions.release();
      throw refused(e);
    } catch (IOException e) {
      sessions.release();
      throw new ProblemException(ReasonCode.RUN_NOT_RUNNING, run.id() + " has just ended");
    }
    request
        .toWebSocket()
        .onSuccess(socket -> new Session(socket, exec, sessions::release).start())
        .onFailure(
            _ -> {
              exec.close();
              sessions.release();
            });
  }

  private static void requireUpgrade(HttpServerRequest request) {
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "this is for WebSockets: ask for an upgrade");
    }
    requireOwnOrigin(request.getHeader("Origin"), String.valueOf(request.getHeader("Host")));
  }

  /** Browsers let any page open a WebSocket to anywhere, but say whose page it is. */
  private static void requireOwnOrigin(@Nullable String origin, String host) {
    if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
      throw new ProblemException(
          ReasonCode.FORBIDDEN, "a page of " + origin + " may not talk to " + host);
    }
  }

  private static void requireRunning(RunView run) {
    if (!(run.state() instanceof RunLifecycle.Running running)) {
      throw new ProblemException(
          ReasonCode.RUN_NOT_RUNNING, run.id() + " is " + run.state().label());
    }
    if (running.paused()) {
      throw new ProblemException(ReasonCode.RUN_IS_PAUSED, run.id() + " is paused");
    }
  }

  private static ProblemException refused(RefusedException e) {
    String why = e.stage() + ": " + e.getMessage() + ": " + Errno.nameOf(e.errno());
    return switch (e.stage()) {
      case "control" -> new ProblemException(ReasonCode.UNAVAILABLE, why);
      case "user", "workdir" -> new ProblemException(ReasonCode.EXEC_FAILED, why, e.stage());
      case "attach" -> new ProblemException(ReasonCode.EXEC_FAILED, why, "stdin");
      default -> new ProblemException(ReasonCode.EXEC_FAILED, why);
    };
  }
}
