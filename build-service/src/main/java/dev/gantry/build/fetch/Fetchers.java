package dev.gantry.build.fetch;

import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Everything that builds fetch with.
 *
 * @param directory for files while they are in use
 * @param limits of each fetch
 */
public record Fetchers(HttpFetcher http, GitFetcher git, Path directory, FetchLimits limits) {
  /** Fetches where the policy allows; what an earlier process left in the directory goes. */
  public static Fetchers open(Path directory, NetworkPolicy policy, FetchLimits limits)
      throws IOException {
    Files.createDirectories(directory);
    try (DirFd left = DirFd.open(directory)) {
      left.deleteContents();
    }
    return new Fetchers(
        new HttpFetcher(policy, limits),
        new GitFetcher(policy, directory, limits),
        directory,
        limits);
  }

  /** The name of a file that is not there yet; whoever makes it removes it. */
  public Path temporary() {
    return directory.resolve("file-" + UUID.randomUUID());
  }
}
