package dev.gantry.cli.copy;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Archives of runs' files, through the run-service. */
final class RunFiles {
  private static final int PIPE_BYTES = 1 << 17;
  private static final int NOT_FOUND = 404;

  private final Api api;

  /** What makes an archive. */
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  RunFiles(Api api) {
    this.api = api;
  }

  /** What a path names, as an archive; to be closed. */
  InputStream read(Place place) throws IOException, InterruptedException {
    return api.stream(path(place, ""), Map.of("Accept", "application/x-tar"));
  }

  /** Whether there is a directory, or a link to one. */
  boolean isDirectory(Place place) throws IOException, InterruptedException {
    try {
      return api.get(path(place, "/stat")).path("directory").asBoolean();
    } catch (ApiException e) {
      if (e.status() == NOT_FOUND && !place.path().equals("/")) {
        return false;
      }
      throw e;
    }
  }

  /** Unpacks an archive into a directory of a run, while it is made. */
  void write(Place directory, Source source) throws IOException, InterruptedException {
    try (PipedInputStream body = new PipedInputStream(PIPE_BYTES)) {
      PipedOutputStream out = new PipedOutputStream(body);
      CompletableFuture<Void> made =
          CompletableFuture.runAsync(() -> make(source, out), Thread.ofVirtual()::start);
      api.put(path(directory, ""), body);
      made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw e;
    }
  }

  private static void make(Source source, PipedOutputStream out) {
    try (out) {
      source.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String path(Place place, String below) {
    return "/v1/runs/%s/archive%s?path=%s"
        .formatted(Api.encode(place.run()), below, Api.encode(place.path()));
  }
}
