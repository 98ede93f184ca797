package dev.gantry.build.plan;

import java.util.List;
import java.util.Map;

/**
 * What a request says beside the Dockerfile. Made by a {@link Draft}.
 *
 * @param platform that of this host, such as {@code linux/amd64}
 * @param targets the stages to build by name or index, an empty name being the last; the last where
 *     there is none
 * @param buildArgs values for ARG
 * @param labels set on the image, over those of the Dockerfile
 * @param hostNetwork whether {@code RUN --network=host} is permitted
 */
public record BuildOptions(
    String platform,
    List<String> targets,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    boolean hostNetwork) {
  /** Copies the collections. */
  public BuildOptions {
    targets = List.copyOf(targets);
    buildArgs = Map.copyOf(buildArgs);
    labels = Map.copyOf(labels);
  }

  /** Begins to say something, on a host of this platform. */
  public static Draft draft(String platform) {
    return new Draft(platform);
  }

  /** Options that are being put together. Not thread-safe. */
  public static final class Draft {
    private final String platform;
    private List<String> targets = List.of();
    private Map<String, String> buildArgs = Map.of();
    private Map<String, String> labels = Map.of();
    private boolean hostNetwork;

    private Draft(String platform) {
      this.platform = platform;
    }

    /** Sets {@link BuildOptions#targets}. */
    public Draft targets(List<String> names) {
      targets = names;
      return this;
    }

    /** Sets {@link BuildOptions#buildArgs}. */
    public Draft buildArgs(Map<String, String> values) {
      buildArgs = values;
      return this;
    }

    /** Sets {@link BuildOptions#labels}. */
    public Draft labels(Map<String, String> values) {
      labels = values;
      return this;
    }

    /** Sets {@link BuildOptions#hostNetwork}. */
    public Draft hostNetwork(boolean permitted) {
      hostNetwork = permitted;
      return this;
    }

    /** The options. */
    public BuildOptions build() {
      return new BuildOptions(platform, targets, buildArgs, labels, hostNetwork);
    }
  }
}
