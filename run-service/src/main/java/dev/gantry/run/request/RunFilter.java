package dev.gantry.run.request;

import dev.gantry.events.Connection;
import dev.gantry.events.Mount;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.run.lifecycle.RunView;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which runs somebody wants to see. Of several values of one field any may fit, of labels all must;
 * a field without values fits every run.
 *
 * @param all those that are over too, unless they are removed; else only those that are not over.
 *     Does not matter where states are asked for
 */
record RunFilter(Map<Field, Set<String>> values, List<String> labels, boolean all) {
  /** What can be asked for, by the name of its query parameter. */
  enum Field {
    STATE("state"),
    NAME("name"),
    IMAGE("image"),
    NETWORK("network"),
    VOLUME("volume"),
    HEALTH("health");

    private final String parameter;

    Field(String parameter) {
      this.parameter = parameter;
    }

    String parameter() {
      return parameter;
    }
  }

  RunFilter {
    values = Map.copyOf(values);
    labels = List.copyOf(labels);
  }

  /** Reads {@code running,exited}. */
  static Set<String> list(@Nullable String text) {
    return text == null || text.isBlank()
        ? Set.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  boolean matches(RunView run) {
    return alive(run)
        && Arrays.stream(Field.values()).allMatch(field -> matches(field, run))
        && labels.stream().allMatch(label -> has(run.order().claimed().labels(), label));
  }

  private boolean alive(RunView run) {
    if (!wanted(Field.STATE).isEmpty()) {
      return true;
    }
    return all ? !run.state().label().equals("removed") : !run.state().hasOutcome();
  }

  private boolean matches(Field field, RunView run) {
    Set<String> wanted = wanted(field);
    return wanted.isEmpty() || wanted.stream().anyMatch(value -> fits(field, value).test(run));
  }

  private Set<String> wanted(Field field) {
    return values.getOrDefault(field, Set.of());
  }

  private static Predicate<RunView> fits(Field field, String value) {
    return switch (field) {
      case STATE -> run -> run.state().label().equals(value);
      case NAME -> run -> run.name() != null && run.name().contains(value);
      case IMAGE -> run -> isOf(run, value);
      case NETWORK -> run -> run.spec().filter(spec -> isIn(spec, value)).isPresent();
      case VOLUME -> run -> run.spec().filter(spec -> mounts(spec, value)).isPresent();
      case HEALTH ->
          run ->
              run.state() instanceof RunLifecycle.Running running
                  && running.health().toString().equals(value);
    };
  }

  /** By its name as requested, with or without the tag, or its digest or the beginning of it. */
  private static boolean isOf(RunView run, String image) {
    String requested = run.order().claimed().image();
    String digest = run.digest();
    return (requested != null && (requested.equals(image) || requested.startsWith(image + ":")))
        || (digest != null && image.startsWith("sha256:") && digest.startsWith(image));
  }

  private static boolean isIn(RunSpec spec, String network) {
    return switch (spec.networking().connection()) {
      case Connection.Host _ -> network.equals("host");
      case Connection.None _ -> network.equals("none");
      case Connection.Attached(var networks) ->
          networks.stream().anyMatch(use -> use.name().equals(network));
    };
  }

  /** A volume by its name, or a mount by its target. */
  private static boolean mounts(RunSpec spec, String volume) {
    return spec.mounts().stream()
        .anyMatch(
            mount ->
                mount.target().equals(volume)
                    || (mount instanceof Mount.Volume named && volume.equals(named.source())));
  }

  private static boolean has(Map<String, String> labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }
}
