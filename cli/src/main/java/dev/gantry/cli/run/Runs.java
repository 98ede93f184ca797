package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** Runs, through the run-service. */
public final class Runs {
  private static final int PAUSE_MILLIS = 50;

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

  /** All runs that are not removed, or (without {@code all}) only those that are not over. */
  public JsonNode list(boolean all, String label) throws IOException, InterruptedException {
    return api.list(
        "/v1/runs?limit=500&all=" + all + (label.isEmpty() ? "" : "&label=" + Api.encode(label)));
  }

  /** Asks a run to stop; negative grace: the run's own. */
  public void stop(String run, int graceSeconds) throws IOException, InterruptedException {
    String grace = graceSeconds < 0 ? "" : "?graceSeconds=" + graceSeconds;
    api.post("/v1/runs/" + Api.encode(run) + "/stop" + grace);
  }

  /** Asks for a run's removal. */
  public void remove(String run, boolean force) throws IOException, InterruptedException {
    api.delete("/v1/runs/" + Api.encode(run) + (force ? "?force=true" : ""));
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
