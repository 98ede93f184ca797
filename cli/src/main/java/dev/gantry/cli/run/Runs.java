package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.http.ServerSentEvents;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** Runs, through the run-service. */
public final class Runs {
  private static final int PAUSE_MILLIS = 50;
  private static final int WAIT_SECONDS = 30;
  private static final int GATEWAY_TIMEOUT = 504;

  private final Api api;

  /** Through this interface. */
  public Runs(Api api) {
    this.api = api;
  }

  /** Asks for a run; it exists when this returns, and is not yet started. */
  public RunView start(JsonNode spec) throws IOException, InterruptedException {
    return new RunView(api.post("/v1/runs", spec));
  }

  /** The run with an id, a unique beginning of one, or a name. */
  public RunView get(String run) throws IOException, InterruptedException {
    return new RunView(api.get("/v1/runs/" + Api.encode(run)));
  }

  /**
   * All runs that are not removed, or (without {@code all}) only those that are not over.
   *
   * @param filter further parameters of the query, each with its {@code &}
   */
  public JsonNode list(boolean all, String filter) throws IOException, InterruptedException {
    return api.list("/v1/runs?limit=500&all=" + all + filter);
  }

  /** Orders something of a run; it has been taken when this returns, and is not yet done. */
  public void order(String run, String what, String query)
      throws IOException, InterruptedException {
    api.post("/v1/runs/" + Api.encode(run) + "/" + what + query);
  }

  /** Changes limits of a run. */
  public void update(String run, JsonNode change) throws IOException, InterruptedException {
    api.post("/v1/runs/" + Api.encode(run) + "/update", change);
  }

  /** Waits, however long it takes, until a run has exited, is healthy or has started. */
  public RunView awaitThere(String run, String until) throws IOException, InterruptedException {
    String path =
        "/v1/runs/%s/wait?until=%s&timeoutSeconds=%d"
            .formatted(Api.encode(run), Api.encode(until), WAIT_SECONDS);
    while (true) {
      try {
        return new RunView(api.get(path));
      } catch (ApiException e) {
        if (e.status() != GATEWAY_TIMEOUT) {
          throw e;
        }
      }
    }
  }

  /** The processes of a run. */
  public JsonNode top(String run) throws IOException, InterruptedException {
    return api.get("/v1/runs/" + Api.encode(run) + "/top");
  }

  /** What the runs of the host use. */
  public JsonNode stats() throws IOException, InterruptedException {
    return api.get("/v1/host/stats");
  }

  /** The same, again and again; the caller closes it. */
  public ServerSentEvents statsStream() throws IOException, InterruptedException {
    return new ServerSentEvents(
        api.stream("/v1/host/stats?stream=true", Map.of("Accept", "text/event-stream")));
  }

  /** Asks for a run's removal. */
  public void remove(String run, boolean force, boolean volumes)
      throws IOException, InterruptedException {
    String query = (force ? "&force=true" : "") + (volumes ? "&volumes=true" : "");
    api.delete("/v1/runs/" + Api.encode(run) + query.replaceFirst("&", "?"));
  }

  /** Copies the log of a run, as the query says, until it ends. */
  public void copyLog(String run, String query, OutputStream out)
      throws IOException, InterruptedException {
    try (InputStream log =
        api.stream(
            "/v1/runs/" + Api.encode(run) + "/logs?" + query, Map.of("Accept", "text/plain"))) {
      byte[] buffer = new byte[8192];
      for (int n; (n = log.read(buffer)) >= 0; ) {
        out.write(buffer, 0, n);
        out.flush();
      }
    }
  }

  /** Waits until a run is as wished. */
  public RunView await(String run, Predicate<RunView> wish, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      RunView view = get(run);
      if (wish.test(view)) {
        return view;
      }
      if (System.nanoTime() > deadline) {
        throw new ApiException(0, "run " + run + " is still " + view.state());
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Waits until a run is gone. */
  public void awaitRemoval(String run, Duration patience) throws IOException, InterruptedException {
    try {
      await(run, view -> view.state().equals("removed"), patience);
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }
}
