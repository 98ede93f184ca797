package dev.gantry.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileDocumentTest {
  private static JsonNode document(String text) {
    return DockerfileDocument.of(Dockerfiles.parsed(text));
  }

  private static JsonNode instruction(String text) {
    return document("FROM a\n" + text).at("/stages/0/instructions/0");
  }

  @Test
  void stagesAreListed() {
    JsonNode json = document("ARG V=1\nFROM a AS b\nRUN x\nFROM b\n");
    assertThat(json.at("/globalArgs/0/pairs/0/value").asText()).isEqualTo("1");
    assertThat(json.at("/stages/0/name").asText()).isEqualTo("b");
    assertThat(json.at("/stages/1/base").asText()).isEqualTo("b");
    assertThat(json.at("/stages/1/line").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN --mount=type=cache,target=/x --network=none a b|/command/line|a b",
        "RUN --mount=type=cache,target=/x a|/mounts/0|type=cache,target=/x",
        "RUN --network=none a|/network|none",
        "CMD [\"a\"]|/command/argv/0|a",
        "ENTRYPOINT a|/command/form|shell",
        "COPY --from=x a /b|/from|x",
        "COPY --chmod=1 a /b|/chmod|1",
        "ADD --checksum=x a /b|/checksum|x",
        "ADD a /b|/sources/0|a",
        "LABEL a=b|/pairs/0/name|a",
        "ENV a=b|/pairs/0/value|b",
        "EXPOSE 80|/ports/0|80",
        "VOLUME /a|/paths/0|/a",
        "USER x|/user|x",
        "WORKDIR /x|/path|/x",
        "STOPSIGNAL 9|/signal|9",
        "SHELL [\"x\"]|/argv/0|x",
        "HEALTHCHECK --interval=2s CMD x|/intervalMillis|2000",
        "HEALTHCHECK NONE|/none|true",
        "ONBUILD RUN x|/trigger|RUN x",
        "MAINTAINER me|/author|me",
        "RUN  x|/text|RUN x",
        "RUN x|/line|2",
      })
  void anInstructionHasWhatIsItsOwn(String text, String pointer, String value) {
    assertThat(instruction(text).at(pointer).asText()).isEqualTo(value);
  }

  @Test
  void aProblemHasItsPlaceAndWhatWouldBeRight() {
    JsonNode json = DockerfileDocument.problems(Dockerfiles.problems("FROM a\n RUM x\n")).get(0);
    assertThat(json.path("line").asInt()).isEqualTo(2);
    assertThat(json.path("column").asInt()).isEqualTo(2);
    assertThat(json.path("source").asText()).isEqualTo(" RUM x");
    assertThat(json.path("hint").asText()).isEqualTo("did you mean RUN?");
  }
}
