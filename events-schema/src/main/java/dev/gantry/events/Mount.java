package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Something other than the image at a place of the run's file system. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Mount {
  /** How many a run may have. */
  int MOUNTS_MAX = 256;

  /** Where: an absolute path without {@code .}, {@code ..} or a slash at its end. */
  String target();

  /** Whether the run cannot write there. */
  boolean readOnly();

  /**
   * A volume of the host, made where it is missing.
   *
   * @param source its name; absent: one of the run's own, removed with it
   * @param subpath the part of it that is mounted, relative; it must be there
   * @param noCopy an empty volume is not filled with what the image has at the target
   */
  @JsonTypeName("volume")
  record Volume(
      @Nullable String source,
      String target,
      boolean readOnly,
      @Nullable String subpath,
      boolean noCopy)
      implements Mount {}

  /**
   * A file or directory of the host, below a root that the host's configuration allows.
   *
   * @param source absolute
   * @param subpath the part of it that is mounted, relative
   */
  @JsonTypeName("bind")
  record Bind(String source, String target, boolean readOnly, @Nullable String subpath)
      implements Mount {}

  /**
   * Memory; gone with the process.
   *
   * @param sizeBytes absent: half of the machine's memory, as the kernel has it
   * @param mode of its root, 01777 where absent
   */
  @JsonTypeName("tmpfs")
  record Tmpfs(
      String target,
      boolean readOnly,
      @JsonProperty("size") @Nullable Long sizeBytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Mode mode)
      implements Mount {}

  /** The permissions of a directory. */
  record Mode(int bits) {
    private static final Pattern OCTAL = Pattern.compile("[0-7]{3,4}");

    static Parsed<Mode> parse(String text) {
      return OCTAL.matcher(text).matches()
          ? new Parsed.Valid<>(new Mode(Integer.parseInt(text, 8)))
          : Parsed.invalid(Text.quoted(text) + " is not a mode: three or four octal digits");
    }

    /** In octal, four digits. */
    @com.fasterxml.jackson.annotation.JsonValue
    @Override
    public String toString() {
      return "%04o".formatted(bits);
    }
  }

  /** Reads the field {@code mounts}. */
  static List<Mount> read(Fields fields) {
    List<Mount> mounts = fields.objectsOrTexts("mounts", MountReader::object, MountReader::text);
    if (mounts.size() > MOUNTS_MAX) {
      fields.refuse(
          "mounts", ReasonCode.INVALID_FIELD, "must be at most " + MOUNTS_MAX + " mounts");
    }
    Map<String, Integer> targets = new HashMap<>();
    for (int i = 0; i < mounts.size(); i++) {
      Integer other = targets.putIfAbsent(mounts.get(i).target(), i);
      if (other != null) {
        fields.refuse(
            "mounts[" + i + "].target",
            ReasonCode.INVALID_FIELD,
            "is the target of mounts[" + other + "] too: " + mounts.get(i).target());
      }
    }
    return mounts;
  }

  /** Where a mount may be: not over what the sandbox itself is made of. */
  static Parsed<String> parseTarget(String text) {
    if (!text.startsWith("/") || text.length() > 4095 || !text.matches("[^\\p{Cntrl}]*")) {
      return Parsed.invalid(Text.quoted(text) + " is not an absolute path");
    }
    List<String> parts =
        Arrays.stream(text.split("/"))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .toList();
    if (parts.contains("..")) {
      return Parsed.invalid(Text.quoted(text) + " must not contain ..");
    }
    String path = "/" + String.join("/", parts);
    boolean system =
        parts.isEmpty()
            || List.of("proc", "sys").contains(parts.getFirst())
            || (parts.getFirst().equals("dev") && !path.equals("/dev/shm"));
    return system
        ? Parsed.invalid(Text.quoted(path) + " cannot be mounted over: the sandbox needs it")
        : new Parsed.Valid<>(path);
  }
}
