package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to build: the data of {@code dev.gantry.build.requested.v1}. Only {@link #parse} makes one
 * from what others sent.
 *
 * @param context the files, uploaded before
 * @param dockerfile its path in the context
 * @param tags names for the result
 * @param target the stage to build; absent: the last
 * @param platform absent: the host's
 */
public record BuildSpec(
    BuildContext context,
    String dockerfile,
    List<String> tags,
    @Nullable String target,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> buildArgs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    @Nullable String platform,
    boolean noCache) {
  /** Where the Dockerfile is when the request says nothing. */
  public static final String DOCKERFILE_DEFAULT = "Dockerfile";

  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
  private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]{1,64}/[\\w.+-]{1,64}");
  private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");
  private static final Pattern STAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
  private static final Pattern PLATFORM = Pattern.compile("[a-z0-9_]+/[a-z0-9_]+(/[a-z0-9_.]+)?");
  private static final BuildContext NO_CONTEXT = new BuildContext("", 0, "");

  /** Takes copies of lists and maps. */
  public BuildSpec {
    tags = List.copyOf(tags);
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** Reads what somebody sent; the first bad field is named, unknown ones too. */
  public static Parsed<BuildSpec> parse(JsonNode json) {
    Fields fields = new Fields(json);
    BuildContext context = fields.object("context", BuildSpec::parseContext);
    if (context == null) {
      fields.refuse("context", ReasonCode.MISSING_FIELD, "is required");
    }
    String dockerfile = fields.text("dockerfile", PATH, "a path in the context");
    List<String> tags = fields.parsedList("tags", ImageName::parseTag);
    BuildSpec spec =
        new BuildSpec(
            context == null ? NO_CONTEXT : context,
            dockerfile == null ? DOCKERFILE_DEFAULT : dockerfile,
            tags == null ? List.of() : tags,
            fields.text("target", STAGE, "a stage's name or number"),
            fields.textMap("buildArgs"),
            fields.labels("labels"),
            fields.text("platform", PLATFORM, "os/architecture"),
            fields.flag("noCache"));
    return fields.finish(() -> spec);
  }

  /** The form that {@link #parse} reads. */
  public JsonNode toJson() {
    return EventJson.tree(this);
  }

  private static Parsed<BuildContext> parseContext(Fields fields) {
    String digest = fields.required("digest", text -> matching(text, DIGEST, "a digest"), "");
    Long size = fields.byteSize("size", 0);
    if (size == null) {
      fields.refuse("size", ReasonCode.MISSING_FIELD, "is required");
    }
    String mediaType =
        fields.required("mediaType", text -> matching(text, MEDIA_TYPE, "a media type"), "");
    return fields.finish(() -> new BuildContext(digest, size == null ? 0 : size, mediaType));
  }

  private static Parsed<String> matching(String text, Pattern form, String what) {
    return form.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not " + what);
  }
}
