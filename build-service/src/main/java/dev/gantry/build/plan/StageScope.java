package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.dockerfile.Variables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has come to: the settings of its image, and the variables of the build, which are
 * ENV and ARG, the later over the earlier. Stages that begin with a stage go on with both.
 */
final class StageScope implements Variables {
  private static final int VARIABLES_MAX = 1000;
  private static final int VARIABLES_LENGTH_MAX = 4 << 20;

  private final Settings settings;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Set<String> declared = new LinkedHashSet<>();
  private final List<DockerfileWarning> warnings = new ArrayList<>();
  private @Nullable Map<String, String> snapshot;
  private @Nullable At current;
  private long length;

  private StageScope(Settings settings) {
    this.settings = settings;
  }

  /** Begins with the settings of an image, or of nothing. */
  static StageScope ofImage(Settings image) {
    StageScope scope = new StageScope(image.copy());
    scope.settings.env().putIfAbsent("PATH", Settings.PATH_DEFAULT);
    scope.variables.putAll(scope.settings.env());
    return scope;
  }

  /** Begins with what an earlier stage has come to, its triggers aside: those are not inherited. */
  static StageScope ofStage(StageScope base) {
    StageScope scope = new StageScope(base.settings.copy());
    scope.settings.triggers().clear();
    scope.variables.putAll(base.variables);
    scope.declared.addAll(base.declared);
    scope.length = base.length;
    return scope;
  }

  Settings settings() {
    return settings;
  }

  /** Names the instruction that expands words from now on. */
  void at(At at) {
    current = at;
  }

  /** The names of all ARGs, with a value or not. */
  Set<String> declared() {
    return declared;
  }

  List<DockerfileWarning> warnings() {
    return warnings;
  }

  @Override
  public @Nullable String get(String name) {
    return variables.get(name);
  }

  @Override
  public void undefined(String name) {
    if (current != null && settings.isKnown() && !declared.contains(name)) {
      warnings.add(
          new DockerfileWarning(
              DockerfileWarning.Rule.UNDEFINED_VAR,
              current.spot(name),
              "Usage of undefined variable '$" + name + "'"));
    }
  }

  void declare(String name) {
    declared.add(name);
  }

  void set(String name, String value, At at) {
    String before = variables.put(name, value);
    snapshot = null;
    length += value.length() - (before == null ? -name.length() : before.length());
    if (variables.size() > VARIABLES_MAX || length > VARIABLES_LENGTH_MAX) {
      throw DockerfileException.syntax(
          at,
          "the variables are more than "
              + VARIABLES_MAX
              + ", or longer than "
              + VARIABLES_LENGTH_MAX
              + " characters in all");
    }
  }

  /** All variables as they are now; the same object until one changes. */
  Map<String, String> variables() {
    Map<String, String> now = snapshot;
    if (now == null) {
      now = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
      snapshot = now;
    }
    return now;
  }
}
