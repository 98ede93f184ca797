package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param context the files: uploaded before, or fetched when the build begins
 * @param dockerfile its path in the context
 * @param tags names for the result
 * @param target the stage to build; absent: the last
 * @param platform absent: the host's
 * @param noCache whether every step is executed
 * @param dockerfileText the Dockerfile itself, in place of the context's
 * @param more stages that are built beside the target, each an image of its own
 */
public record BuildSpec(
    BuildContext context,
    String dockerfile,
    List<String> tags,
    @Nullable String target,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> buildArgs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    @Nullable String platform,
    boolean noCache,
    @Nullable String dockerfileText,
    @JsonProperty("targets") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<BuildTarget> more,
    @JsonUnwrapped BuildCache cache,
    @JsonUnwrapped BuildOutput output,
    @JsonUnwrapped BuildExecution execution) {
  /** Where the Dockerfile is when the request says nothing. */
  public static final String DOCKERFILE_DEFAULT = "Dockerfile";

  private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");
  private static final Pattern PLATFORM = Pattern.compile("[a-z0-9_]+/[a-z0-9_]+(/[a-z0-9_.]+)?");
  private static final BuildContext NO_CONTEXT = new BuildContext("", 0, "");

  /** Takes copies of lists and maps. */
  public BuildSpec {
    tags = List.copyOf(tags);
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    more = List.copyOf(more);
  }

  /** A build of a context of which nothing else is said. */
  public static BuildSpec of(BuildContext context) {
    return new BuildSpec(
        context,
        DOCKERFILE_DEFAULT,
        List.of(),
        null,
        Map.of(),
        Map.of(),
        null,
        false,
        null,
        List.of(),
        BuildCache.UNSAID,
        BuildOutput.UNSAID,
        BuildExecution.UNSAID);
  }

  /** The same with other files. */
  public BuildSpec withContext(BuildContext other) {
    return new BuildSpec(
        other,
        dockerfile,
        tags,
        target,
        buildArgs,
        labels,
        platform,
        noCache,
        dockerfileText,
        more,
        cache,
        output,
        execution);
  }

  /** The same with other means. */
  public BuildSpec withExecution(BuildExecution other) {
    return new BuildSpec(
        context,
        dockerfile,
        tags,
        target,
        buildArgs,
        labels,
        platform,
        noCache,
        dockerfileText,
        more,
        cache,
        output,
        other);
  }

  /** Reads what somebody sent; the first bad field is named, unknown ones too. */
  public static Parsed<BuildSpec> parse(JsonNode json) {
    Fields fields = new Fields(json);
    BuildContext context = fields.object("context", BuildContext::parse);
    String dockerfile = fields.text("dockerfile", PATH, "a path in the context");
    String text = fields.text("dockerfileText");
    if (context == null && text == null) {
      fields.refuse("context", ReasonCode.MISSING_FIELD, "is required");
    }
    BuildContext alone = text == null ? NO_CONTEXT : BuildContext.ofDockerfile(text);
    List<String> tags = fields.parsedList("tags", ImageName::parseTag);
    BuildSpec spec =
        new BuildSpec(
            context == null ? alone : context,
            dockerfile == null ? DOCKERFILE_DEFAULT : dockerfile,
            tags == null ? List.of() : tags,
            fields.text("target", BuildTarget.STAGE, "a stage's name or number"),
            fields.textMap("buildArgs"),
            fields.labels("labels"),
            fields.text("platform", PLATFORM, "os/architecture"),
            fields.flag("noCache"),
            text,
            fields.objects("targets", BuildTarget::parse),
            BuildCache.read(fields),
            BuildOutput.read(fields),
            BuildExecution.read(fields));
    return fields.finish(() -> spec);
  }

  /** The form that {@link #parse} reads. */
  public JsonNode toJson() {
    return EventJson.tree(this);
  }
}
