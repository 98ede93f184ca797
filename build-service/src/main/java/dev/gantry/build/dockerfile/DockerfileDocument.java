package dev.gantry.build.dockerfile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Dockerfile, its problems and its warnings as JSON, for people's tools. */
public final class DockerfileDocument {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DockerfileDocument() {}

  /** The parsed instructions: {@code file}, {@code escape}, {@code globalArgs}, {@code stages}. */
  public static ObjectNode of(Dockerfile dockerfile) {
    ObjectNode json = JSON.objectNode();
    json.put("file", dockerfile.name());
    json.put("escape", String.valueOf(dockerfile.escape()));
    ArrayNode globals = json.putArray("globalArgs");
    dockerfile.globals().forEach(arg -> globals.add(InstructionDocument.of(arg)));
    ArrayNode stages = json.putArray("stages");
    dockerfile.stages().forEach(stage -> stages.add(stage(stage)));
    return json;
  }

  private static ObjectNode stage(Stage stage) {
    ObjectNode json = JSON.objectNode();
    json.put("index", stage.index());
    json.put("name", stage.from().name());
    json.put("base", stage.from().image());
    json.put("platform", stage.from().platform());
    json.put("line", stage.from().at().line());
    ArrayNode instructions = json.putArray("instructions");
    stage.instructions().forEach(each -> instructions.add(InstructionDocument.of(each)));
    return json;
  }

  /** Each with {@code kind}, {@code message}, {@code hint}, {@code instruction} and its place. */
  public static ArrayNode problems(List<DockerfileProblem> problems) {
    ArrayNode array = JSON.arrayNode();
    for (DockerfileProblem problem : problems) {
      ObjectNode json = place(array.addObject(), problem.spot(), problem.lineEnd());
      json.put("kind", problem.kind() == DockerfileProblem.Kind.SYNTAX ? "syntax" : "unsupported");
      json.put("instruction", problem.instruction());
      json.put("message", problem.message());
      json.put("hint", problem.hint());
    }
    return array;
  }

  /** Each with {@code rule}, {@code message} and its place. */
  public static ArrayNode warnings(List<DockerfileWarning> warnings) {
    ArrayNode array = JSON.arrayNode();
    for (DockerfileWarning warning : warnings) {
      ObjectNode json = place(array.addObject(), warning.spot(), warning.spot().line());
      json.put("rule", warning.rule().title());
      json.put("message", warning.message());
    }
    return array;
  }

  private static ObjectNode place(ObjectNode json, At.Spot spot, int lineEnd) {
    return json.put("line", spot.line())
        .put("lineEnd", Math.max(lineEnd, spot.line()))
        .put("column", spot.column())
        .put("source", spot.source());
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode array = JSON.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  static ArrayNode pairs(List<NameValue> pairs) {
    ArrayNode array = JSON.arrayNode();
    pairs.forEach(pair -> array.addObject().put("name", pair.name()).put("value", pair.value()));
    return array;
  }

  static ArrayNode heredocs(List<Heredoc> heredocs) {
    ArrayNode array = JSON.arrayNode();
    heredocs.forEach(
        heredoc ->
            array
                .addObject()
                .put("name", heredoc.name())
                .put("content", heredoc.content())
                .put("expand", heredoc.expand()));
    return array;
  }

  static @Nullable ObjectNode command(@Nullable Command command) {
    return switch (command) {
      case null -> null;
      case Command.Shell(String line) -> JSON.objectNode().put("form", "shell").put("line", line);
      case Command.Exec(List<String> argv) -> {
        ObjectNode json = JSON.objectNode().put("form", "exec");
        json.set("argv", texts(argv));
        yield json;
      }
      case Command.Script(String name, String content) ->
          JSON.objectNode().put("form", "script").put("name", name).put("content", content);
    };
  }
}
