package dev.gantry.build.plan;

import dev.gantry.oci.image.ImageHealthcheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The container settings of an image while a stage builds them up. Mutable, not thread-safe; {@link
 * #copy} where a state must stay.
 */
public final class Settings {
  /** What Docker searches where the image says nothing. */
  public static final String PATH_DEFAULT =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final List<String> SHELL_DEFAULT = List.of("/bin/sh", "-c");

  private final Map<String, String> env = new LinkedHashMap<>();
  private final Map<String, String> labels = new TreeMap<>();
  private final TreeSet<String> exposedPorts = new TreeSet<>();
  private final TreeSet<String> volumes = new TreeSet<>();
  private final List<String> triggers = new ArrayList<>();
  private @Nullable List<String> command;
  private @Nullable List<String> entrypoint;
  private @Nullable List<String> shell;
  private @Nullable String stopSignal;
  private @Nullable String author;
  private @Nullable ImageHealthcheck healthcheck;
  private String workdir = "";
  private boolean known = true;
  private String user = "";

  /** Those of an image that was not looked at: any variable may be among them. */
  static Settings unknown() {
    Settings settings = new Settings();
    settings.known = false;
    return settings;
  }

  /** Whether it is known what the image brings along. */
  boolean isKnown() {
    return known;
  }

  /** The same settings, independent from now on. */
  public Settings copy() {
    Settings copy = new Settings();
    copy.env.putAll(env);
    copy.labels.putAll(labels);
    copy.exposedPorts.addAll(exposedPorts);
    copy.volumes.addAll(volumes);
    copy.triggers.addAll(triggers);
    copy.healthcheck = healthcheck;
    copy.command = command;
    copy.entrypoint = entrypoint;
    copy.shell = shell;
    copy.stopSignal = stopSignal;
    copy.author = author;
    copy.workdir = workdir;
    copy.known = known;
    copy.user = user;
    return copy;
  }

  /** ENV, in the order of first setting. */
  public Map<String, String> env() {
    return env;
  }

  /** LABEL. */
  public Map<String, String> labels() {
    return labels;
  }

  /** EXPOSE, each {@code port/protocol}. */
  public TreeSet<String> exposedPorts() {
    return exposedPorts;
  }

  /** VOLUME. */
  public TreeSet<String> volumes() {
    return volumes;
  }

  /** ONBUILD: instructions for builds that begin with the image, as written, in order. */
  public List<String> triggers() {
    return triggers;
  }

  /** HEALTHCHECK, where set. */
  public @Nullable ImageHealthcheck healthcheck() {
    return healthcheck;
  }

  /** Sets HEALTHCHECK. */
  public void healthcheck(@Nullable ImageHealthcheck check) {
    healthcheck = check;
  }

  /** CMD, where set. */
  public @Nullable List<String> command() {
    return command;
  }

  /** Sets or clears CMD. */
  public void command(@Nullable List<String> argv) {
    command = argv == null ? null : List.copyOf(argv);
  }

  /** ENTRYPOINT, where set. */
  public @Nullable List<String> entrypoint() {
    return entrypoint;
  }

  /** Sets or clears ENTRYPOINT. */
  public void entrypoint(@Nullable List<String> argv) {
    entrypoint = argv == null ? null : List.copyOf(argv);
  }

  /** SHELL, where set. */
  public @Nullable List<String> shell() {
    return shell;
  }

  /** Sets SHELL. */
  public void shell(@Nullable List<String> argv) {
    shell = argv == null ? null : List.copyOf(argv);
  }

  /** SHELL, or what holds where it is not set. */
  public List<String> shellOrDefault() {
    return shell == null ? SHELL_DEFAULT : shell;
  }

  /** STOPSIGNAL, where set. */
  public @Nullable String stopSignal() {
    return stopSignal;
  }

  /** Sets STOPSIGNAL. */
  public void stopSignal(@Nullable String signal) {
    stopSignal = signal;
  }

  /** MAINTAINER, where set. */
  public @Nullable String author() {
    return author;
  }

  /** Sets the author. */
  public void author(@Nullable String name) {
    author = name;
  }

  /** WORKDIR; empty where never set. */
  public String workdir() {
    return workdir;
  }

  /** Sets WORKDIR. */
  public void workdir(String path) {
    workdir = path;
  }

  /** USER; empty where never set. */
  public String user() {
    return user;
  }

  /** Sets USER. */
  public void user(String name) {
    user = name;
  }
}
