package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is executed in a run, and as whom.
 *
 * @param command in place of the image's CMD; absent: the image's
 * @param entrypoint in place of the image's ENTRYPOINT, whose CMD it drops
 * @param user {@code user} or {@code user:group}, names of the image or numbers
 * @param groups further ones, names of the image or numbers
 * @param env added to the image's
 * @param tty it has a terminal
 * @param stdin its standard input stays open for whoever attaches
 */
public record ProcessSettings(
    @Nullable List<String> command,
    @Nullable List<String> entrypoint,
    @Nullable String workdir,
    @Nullable String user,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> groups,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> env,
    boolean tty,
    boolean stdin) {
  private static final Pattern ABSOLUTE = Pattern.compile("/[^\\p{Cntrl}]{0,4095}");
  private static final String NAME = "[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}";
  private static final Pattern USER = Pattern.compile(NAME + "(:" + NAME + ")?");
  private static final Pattern GROUP = Pattern.compile(NAME);
  private static final int GROUPS_MAX = 64;

  /** Takes copies of lists and maps. */
  public ProcessSettings {
    command = command == null ? null : List.copyOf(command);
    entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
    groups = List.copyOf(groups);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  static ProcessSettings read(Fields fields) {
    List<String> groups = fields.parsedList("groups", ProcessSettings::group);
    if (groups != null && groups.size() > GROUPS_MAX) {
      fields.refuse(
          "groups", ReasonCode.INVALID_FIELD, "must be at most " + GROUPS_MAX + " groups");
    }
    return new ProcessSettings(
        fields.texts("command"),
        fields.texts("entrypoint"),
        fields.text("workdir", ABSOLUTE, "an absolute path"),
        fields.text("user", USER, "user or user:group, names or numbers"),
        groups == null ? List.of() : groups,
        fields.textMap("env"),
        fields.flag("tty"),
        fields.flag("stdin"));
  }

  private static Parsed<String> group(String text) {
    return GROUP.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not a group: a name or a number");
  }
}
