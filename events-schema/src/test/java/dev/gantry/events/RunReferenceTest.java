package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of run requests has a row for every field of the schema, and for no other. */
class RunReferenceTest {
  private static final Path REFERENCE = Path.of("../docs/run.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-zA-Z.\\[\\]]+)` \\|.*$");
  private static final String ULIMITS = "resources.ulimits";

  @Test
  void everyFieldHasItsRow() throws Exception {
    Set<String> rows =
        ROW.matcher(Files.readString(REFERENCE))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows).isEqualTo(fields());
  }

  @Test
  void everyUlimitIsNamed() throws Exception {
    String row =
        ROW.matcher(Files.readString(REFERENCE))
            .results()
            .filter(found -> found.group(1).equals(ULIMITS))
            .map(MatchResult::group)
            .findFirst()
            .orElseThrow();

    assertThat(Ulimit.NAMES).allSatisfy(name -> assertThat(row).contains("`" + name + "`"));
  }

  private static Set<String> fields() {
    Set<String> fields = new TreeSet<>();
    collect(
        Samples.json(Schemas.of(EventType.of(RunRequest.Requested.class))).path("properties"),
        "",
        fields);
    return fields;
  }

  private static void collect(JsonNode properties, String prefix, Set<String> fields) {
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      String path = prefix + property.getKey();
      fields.add(path);
      if (!path.equals(ULIMITS)) {
        for (JsonNode form : forms(property.getValue())) {
          collect(form.path("properties"), path + '.', fields);
          forms(form.path("items"))
              .forEach(item -> collect(item.path("properties"), path + "[].", fields));
        }
      }
    }
  }

  private static List<JsonNode> forms(JsonNode schema) {
    return schema.has("anyOf")
        ? java.util.stream.StreamSupport.stream(schema.path("anyOf").spliterator(), false).toList()
        : List.of(schema);
  }
}
