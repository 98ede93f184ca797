package dev.gantry.build.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says beside the Dockerfile. Made by a {@link Draft}.
 *
 * @param platform that of this host, such as {@code linux/amd64}
 * @param targets the stages to build by name or index; the last stage where empty
 * @param buildArgs values for ARG
 * @param labels set on the image, over those of the Dockerfile
 * @param noCache whether nothing is taken from the cache
 * @param noCacheFilter stages, by name, of which nothing is taken from the cache
 * @param sourceDateEpoch seconds since 1970 that stand for every time in the image; absent: now
 * @param secrets ids of the secrets that were given
 * @param sshAgents ids of the agents that were given
 * @param hostNetwork whether {@code RUN --network=host} is permitted
 */
public record BuildOptions(
    String platform,
    List<String> targets,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    boolean noCache,
    List<String> noCacheFilter,
    @Nullable Long sourceDateEpoch,
    Set<String> secrets,
    Set<String> sshAgents,
    boolean hostNetwork) {
  /** Copies the collections. */
  public BuildOptions {
    targets = List.copyOf(targets);
    buildArgs = Map.copyOf(buildArgs);
    labels = Map.copyOf(labels);
    noCacheFilter = List.copyOf(noCacheFilter);
    secrets = Set.copyOf(secrets);
    sshAgents = Set.copyOf(sshAgents);
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
    private boolean noCache;
    private List<String> noCacheFilter = List.of();
    private @Nullable Long sourceDateEpoch;
    private Set<String> secrets = Set.of();
    private Set<String> sshAgents = Set.of();
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

    /** Sets {@link BuildOptions#noCache}. */
    public Draft noCache(boolean none) {
      noCache = none;
      return this;
    }

    /** Sets {@link BuildOptions#noCacheFilter}. */
    public Draft noCacheFilter(List<String> stages) {
      noCacheFilter = stages;
      return this;
    }

    /** Sets {@link BuildOptions#sourceDateEpoch}. */
    public Draft sourceDateEpoch(@Nullable Long seconds) {
      sourceDateEpoch = seconds;
      return this;
    }

    /** Sets {@link BuildOptions#secrets}. */
    public Draft secrets(Set<String> ids) {
      secrets = ids;
      return this;
    }

    /** Sets {@link BuildOptions#sshAgents}. */
    public Draft sshAgents(Set<String> ids) {
      sshAgents = ids;
      return this;
    }

    /** Sets {@link BuildOptions#hostNetwork}. */
    public Draft hostNetwork(boolean permitted) {
      hostNetwork = permitted;
      return this;
    }

    /** The options. */
    public BuildOptions build() {
      return new BuildOptions(
          platform,
          targets,
          buildArgs,
          labels,
          noCache,
          noCacheFilter,
          sourceDateEpoch,
          secrets,
          sshAgents,
          hostNetwork);
    }
  }
}
