package dev.gantry.build.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says beside the Dockerfile.
 *
 * @param target the stage to build by name or index; the last where absent
 * @param buildArgs values for ARG
 * @param labels set on the image, over those of the Dockerfile
 * @param platform that of this host, such as {@code linux/amd64}
 */
public record BuildOptions(
    @Nullable String target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    String platform) {
  /** Copies the maps. */
  public BuildOptions {
    buildArgs = Map.copyOf(buildArgs);
    labels = Map.copyOf(labels);
  }
}
