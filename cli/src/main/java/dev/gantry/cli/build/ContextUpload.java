package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** Sends a large context in pieces, and goes on where a broken connection left it. */
final class ContextUpload {
  private static final int PIECE_BYTES = 16 << 20;
  private static final int FAILURES_MAX = 20;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int NOT_FOUND = 404;
  private static final int RANGE_INVALID = 416;

  private final Api api;
  private final Path file;
  private final String digest;

  ContextUpload(Api api, Path file) throws IOException {
    this.api = api;
    this.file = file;
    this.digest = digest(file);
  }

  /** Sends what the service does not have yet; the context as a request calls it. */
  JsonNode send() throws IOException, InterruptedException {
    String stored = "/v1/contexts/" + digest;
    if (api.status(stored) == 200) {
      return api.get(stored);
    }
    String place = begin();
    int failures = 0;
    long size = Files.size(file);
    while (true) {
      try {
        long offset = api.offset(place);
        if (offset < size) {
          api.patch(place, offset, piece(offset));
          continue;
        }
        return api.put(place + "?digest=" + digest);
      } catch (ApiException e) {
        if (e.status() == NOT_FOUND) {
          // It was stored, and the answer was lost; or the service knows nothing of it any more.
          if (api.status(stored) == 200) {
            return api.get(stored);
          }
          place = begin();
        } else if (e.status() != 0 && e.status() != RANGE_INVALID && e.status() < 500) {
          throw e;
        }
        failures = pause(failures, e);
      } catch (IOException e) {
        failures = pause(failures, e);
      }
    }
  }

  private String begin() throws IOException, InterruptedException {
    return api.location("/v1/contexts");
  }

  private static int pause(int failures, IOException e) throws IOException, InterruptedException {
    if (failures == FAILURES_MAX) {
      throw e;
    }
    Thread.sleep(PAUSE);
    return failures + 1;
  }

  private byte[] piece(long offset) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(offset);
      return in.readNBytes(PIECE_BYTES);
    }
  }

  private static String digest(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // The digest is all that is wanted.
      }
      return "sha256:" + HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
