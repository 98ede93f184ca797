package dev.gantry.events;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one mount, written as an object or as Docker's {@code -v} has it. */
final class MountReader {
  private static final String VOLUME_EXPECTED =
      "the name of a volume: 2 to 128 letters, digits, _ . -, a letter or digit first";
  private static final Pattern VOLUME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
  private static final Pattern HOST_PATH = Pattern.compile("/[^\\p{Cntrl}]{0,4094}");
  private static final Pattern SUBPATH = Pattern.compile("[^/\\p{Cntrl}][^\\p{Cntrl}]{0,4094}");
  private static final int PARTS_MAX = 3;

  private MountReader() {}

  static Parsed<Mount> object(Fields fields) {
    String type = fields.required("type", Parsed.Valid::new, "");
    return switch (type) {
      case "volume" -> volume(fields);
      case "bind" -> bind(fields);
      case "tmpfs" -> tmpfs(fields);
      default -> {
        fields.refuse(
            "type",
            ReasonCode.INVALID_FIELD,
            "must be volume, bind or tmpfs, not " + Text.quoted(type));
        yield fields.finish(() -> new Mount.Tmpfs("", false, null, null));
      }
    };
  }

  /** {@code [name:|/host:]/target[:ro|rw|nocopy,…]}. */
  static Parsed<Mount> text(String text) {
    List<String> parts = Arrays.asList(text.split(":", -1));
    boolean anonymous = parts.size() == 1;
    if (parts.size() > PARTS_MAX || parts.contains("")) {
      return Parsed.invalid(
          Text.quoted(text) + " is not a mount: name:/target[:ro] or /host:/target[:ro]");
    }
    String source = anonymous ? null : parts.getFirst();
    List<String> options =
        parts.size() == PARTS_MAX ? List.of(parts.getLast().split(",", -1)) : List.of();
    for (String option : options) {
      if (!List.of("ro", "rw", "nocopy").contains(option)) {
        return Parsed.invalid(
            Text.quoted(option) + " is not an option of a mount: ro, rw or nocopy");
      }
    }
    return switch (Mount.parseTarget(parts.get(anonymous ? 0 : 1))) {
      case Parsed.Invalid<String> invalid -> invalid.as();
      case Parsed.Valid<String>(String target) -> mount(source, target, options);
    };
  }

  private static Parsed<Mount> mount(@Nullable String source, String target, List<String> options) {
    boolean readOnly = options.contains("ro");
    boolean noCopy = options.contains("nocopy");
    if (source == null || VOLUME.matcher(source).matches()) {
      return new Parsed.Valid<>(new Mount.Volume(source, target, readOnly, null, noCopy));
    }
    if (!source.startsWith("/")) {
      return Parsed.invalid(
          Text.quoted(source) + " is neither an absolute path nor " + VOLUME_EXPECTED);
    }
    return noCopy
        ? Parsed.invalid("nocopy is for volumes, and " + Text.quoted(source) + " is a path")
        : hostPath(source).map(path -> new Mount.Bind(path, target, readOnly, null));
  }

  private static Parsed<Mount> volume(Fields fields) {
    String source = fields.text("source", VOLUME, VOLUME_EXPECTED);
    String target = fields.required("target", Mount::parseTarget, "");
    boolean readOnly = fields.flag("readOnly");
    String subpath = fields.parsed("subpath", MountReader::subpath);
    boolean noCopy = fields.flag("noCopy");
    return fields.finish(() -> new Mount.Volume(source, target, readOnly, subpath, noCopy));
  }

  private static Parsed<Mount> bind(Fields fields) {
    String source = fields.required("source", MountReader::hostPath, "");
    String target = fields.required("target", Mount::parseTarget, "");
    boolean readOnly = fields.flag("readOnly");
    String subpath = fields.parsed("subpath", MountReader::subpath);
    return fields.finish(() -> new Mount.Bind(source, target, readOnly, subpath));
  }

  private static Parsed<Mount> tmpfs(Fields fields) {
    String target = fields.required("target", Mount::parseTarget, "");
    boolean readOnly = fields.flag("readOnly");
    Long size = fields.byteSize("size", 4096);
    Mount.Mode mode = fields.parsed("mode", Mount.Mode::parse);
    return fields.finish(() -> new Mount.Tmpfs(target, readOnly, size, mode));
  }

  private static Parsed<String> hostPath(String text) {
    return HOST_PATH.matcher(text).matches() && climbsNowhere(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not an absolute path without ..");
  }

  private static Parsed<String> subpath(String text) {
    return SUBPATH.matcher(text).matches() && climbsNowhere(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not a relative path without ..");
  }

  private static boolean climbsNowhere(String path) {
    return Arrays.stream(path.split("/")).noneMatch(part -> Objects.equals(part, ".."));
  }
}
