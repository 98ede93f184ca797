package dev.gantry.build.dockerfile;

import static dev.gantry.build.dockerfile.Dockerfiles.parsed;
import static dev.gantry.build.dockerfile.Dockerfiles.rules;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarningsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM a AS Build|STAGE_NAME_CASING",
        "FROM a as build|FROM_AS_CASING",
        "from a AS build|FROM_AS_CASING",
        "FROM a AS scratch|RESERVED_STAGE_NAME",
        "FROM a AS x;FROM b AS x|DUPLICATE_STAGE_NAME",
        "FROM a;RUN x;run y|CONSISTENT_INSTRUCTION_CASING",
        "FROM a;Run x|CONSISTENT_INSTRUCTION_CASING",
        "FROM a;CMD x|JSON_ARGS_RECOMMENDED",
        "FROM a;ENTRYPOINT x|JSON_ARGS_RECOMMENDED",
        "FROM a;MAINTAINER x|MAINTAINER_DEPRECATED",
        "FROM a;WORKDIR x|WORKDIR_RELATIVE_PATH",
        "FROM a;CMD [];CMD []|MULTIPLE_INSTRUCTIONS_DISALLOWED",
        "FROM a;ENV A b|LEGACY_KEY_VALUE_FORMAT",
        "FROM a;LABEL A b|LEGACY_KEY_VALUE_FORMAT",
        "FROM --platform=$TARGETPLATFORM a|REDUNDANT_TARGET_PLATFORM",
        "FROM --platform=linux/amd64 a|FROM_PLATFORM_FLAG_CONST_DISALLOWED",
        "FROM a;ARG API_KEY|SECRETS_USED_IN_ARG_OR_ENV",
        "FROM a;ENV DB_PASSWORD=x|SECRETS_USED_IN_ARG_OR_ENV",
        "FROM a;EXPOSE 80/TCP|EXPOSE_PROTO_CASING",
        "FROM a;EXPOSE 80:80|EXPOSE_INVALID_FORMAT",
        "FROM a;RUN x \\;;y|NO_EMPTY_CONTINUATION",
      })
  void whatIsProbablyNotMeantIsTold(String text, DockerfileWarning.Rule rule) {
    assertThat(rules(text.replace(";", "\n"))).containsExactly(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM a AS build\nRUN x\n",
        "from a as build\nrun x\n",
        "FROM a\nSHELL [\"b\"]\nCMD x\n",
        "FROM a\nWORKDIR /x\nWORKDIR y\n",
        "FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y\n",
        "FROM a\nENV PUBLIC_KEY=x\n",
        "FROM --platform=linux/amd64 a AS build-amd64\n",
        "FROM --platform=$BUILDPLATFORM a\n",
        "FROM a\nRUN x \\\n# a comment\n y\n",
      })
  void whatIsMeantIsNot(String text) {
    assertThat(rules(text)).isEmpty();
  }

  @Test
  void itIsToldWithItsPlaceAndRule() {
    assertThat(parsed("FROM a\nENV TOKEN=x\n").warnings().getFirst().describe())
        .isEqualTo(
            "line 2: Do not use ARG or ENV instructions for sensitive data (ENV \"TOKEN\")"
                + " (SecretsUsedInArgOrEnv)");
  }
}
