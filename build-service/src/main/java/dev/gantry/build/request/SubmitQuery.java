package dev.gantry.build.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parameters of a submission, held to the same rules as a request from the bus. */
final class SubmitQuery {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TEXTS = Set.of("dockerfile", "target", "platform");
  private static final BuildContext LATER =
      new BuildContext("sha256:" + "0".repeat(64), 0, "application/x-tar");

  private final Map<String, List<String>> parameters;

  /** Refuses parameters that are wrong, before anything is sent. */
  SubmitQuery(Map<String, List<String>> parameters) {
    this.parameters = parameters;
    BuildSpec unused = spec(LATER);
  }

  /** What they ask for, with this context. */
  BuildSpec spec(BuildContext context) {
    ObjectNode data = JSON.createObjectNode();
    data.putObject("context")
        .put("digest", context.digest())
        .put("size", context.size())
        .put("mediaType", context.mediaType());
    parameters.forEach((name, values) -> put(data, name, values));
    return switch (BuildSpec.parse(data)) {
      case Parsed.Valid<BuildSpec>(BuildSpec spec) -> spec;
      case Parsed.Invalid<BuildSpec> invalid ->
          throw new ProblemException(
              invalid.reason(), invalid.field() + ": " + invalid.message(), invalid.field());
    };
  }

  private static void put(ObjectNode data, String name, List<String> values) {
    if (TEXTS.contains(name)) {
      if (!values.getFirst().isEmpty()) {
        data.put(name, values.getFirst());
      }
      return;
    }
    switch (name) {
      case "tag" -> {
        ArrayNode tags = data.putArray("tags");
        values.forEach(tags::add);
      }
      case "noCache" -> data.put("noCache", flag(values.getFirst()));
      case "buildArg" -> pairs(data.putObject("buildArgs"), name, values);
      case "label" -> pairs(data.putObject("labels"), name, values);
      default ->
          throw new ProblemException(
              ReasonCode.INVALID_PARAMETER, "there is no parameter " + name, name);
    }
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new ProblemException(
              ReasonCode.INVALID_PARAMETER, "noCache is neither true nor false", "noCache");
    };
  }

  private static void pairs(ObjectNode object, String name, List<String> values) {
    for (String pair : values) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new ProblemException(
            ReasonCode.INVALID_PARAMETER, name + " must have the form NAME=value", name);
      }
      object.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
  }
}
