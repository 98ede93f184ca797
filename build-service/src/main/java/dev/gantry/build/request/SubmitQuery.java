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
  private static final Set<String> TEXTS =
      Set.of(
          "dockerfile",
          "target",
          "platform",
          "dockerfileText",
          "compression",
          "network",
          "credentials");
  private static final Map<String, String> LISTS =
      Map.of(
          "tag", "tags",
          "noCacheFilter", "noCacheFilter",
          "cacheFrom", "cacheFrom",
          "cacheTo", "cacheTo");
  private static final Map<String, String> PAIRS =
      Map.of(
          "buildArg", "buildArgs",
          "label", "labels",
          "annotation", "annotations",
          "extraHost", "extraHosts");
  private static final Set<String> SIZES = Set.of("memory", "disk", "output");
  private static final Set<String> NUMBERS = Set.of("cpus", "pids", "timeoutSeconds");
  private static final BuildContext LATER =
      new BuildContext("sha256:" + "0".repeat(64), 0, "application/x-tar");

  private final Map<String, List<String>> parameters;

  /** Refuses parameters that are wrong, before anything is sent. */
  SubmitQuery(Map<String, List<String>> parameters) {
    this.parameters = parameters;
    BuildSpec unused = spec(LATER);
  }

  /** Whether they say nothing. */
  boolean isEmpty() {
    return parameters.isEmpty();
  }

  /** What they ask for, with this context. */
  BuildSpec spec(BuildContext context) {
    ObjectNode data = JSON.createObjectNode();
    if (context.stored()) {
      data.putObject("context")
          .put("digest", context.digest())
          .put("size", context.size())
          .put("mediaType", context.mediaType());
    }
    parameters.forEach((name, values) -> put(data, name, values));
    return parsed(data);
  }

  /**
   * What a document asks for.
   *
   * @throws ProblemException when it is no request
   */
  static BuildSpec parsed(ObjectNode data) {
    return switch (BuildSpec.parse(data)) {
      case Parsed.Valid<BuildSpec>(BuildSpec spec) -> spec;
      case Parsed.Invalid<BuildSpec> invalid ->
          throw new ProblemException(
              invalid.reason(), invalid.field() + ": " + invalid.message(), invalid.field());
    };
  }

  private static void put(ObjectNode data, String name, List<String> values) {
    String first = values.getFirst();
    if (TEXTS.contains(name)) {
      if (!first.isEmpty()) {
        data.put(name, first);
      }
    } else if (LISTS.containsKey(name)) {
      ArrayNode list = data.putArray(LISTS.get(name));
      values.forEach(list::add);
    } else if (PAIRS.containsKey(name)) {
      pairs(data.putObject(PAIRS.get(name)), name, values);
    } else if (SIZES.contains(name)) {
      data.withObjectProperty("limits").put(name, first);
    } else if (NUMBERS.contains(name)) {
      number(data.withObjectProperty("limits"), name, first);
    } else if (name.equals("sourceDateEpoch")) {
      number(data, name, first);
    } else if (name.equals("noCache")) {
      data.put(name, flag(first));
    } else {
      throw refused(name, "there is no parameter " + name);
    }
  }

  private static ProblemException refused(String name, String detail) {
    return new ProblemException(ReasonCode.INVALID_PARAMETER, detail, name);
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw refused("noCache", "noCache is neither true nor false");
    };
  }

  private static void number(ObjectNode data, String name, String text) {
    try {
      if (text.matches("-?\\d{1,18}")) {
        data.put(name, Long.parseLong(text));
      } else {
        data.put(name, Double.parseDouble(text));
      }
    } catch (NumberFormatException e) {
      throw refused(name, name + " is not a number");
    }
  }

  private static void pairs(ObjectNode object, String name, List<String> values) {
    for (String pair : values) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw refused(name, name + " must have the form NAME=value");
      }
      object.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
  }
}
