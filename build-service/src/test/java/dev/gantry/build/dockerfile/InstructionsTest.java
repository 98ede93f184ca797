package dev.gantry.build.dockerfile;

import static dev.gantry.build.dockerfile.Dockerfiles.one;
import static dev.gantry.build.dockerfile.Dockerfiles.parsed;
import static dev.gantry.build.dockerfile.Dockerfiles.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionsTest {
  private static Instruction.Probe probe(String text) {
    return Objects.requireNonNull(((Instruction.Healthcheck) one(text)).probe());
  }

  @Test
  void fromTakesAPlatformADigestAndAName() {
    String digest = "img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    Instruction.From from =
        parsed("from --platform=$BUILDPLATFORM " + digest + " as Build.2-x_y\n")
            .stages()
            .getFirst()
            .from();
    assertThat(from.image()).isEqualTo(digest);
    assertThat(from.platform()).isEqualTo("$BUILDPLATFORM");
    assertThat(from.name()).isEqualTo("build.2-x_y");
  }

  @Test
  void copyKnowsAllItsFlags() {
    Instruction.Copy copy =
        (Instruction.Copy)
            one(
                "COPY --from=build --chown=a:b --chmod=u=rwX,go-w --link --parents"
                    + " --exclude=*.md --exclude='!x y' a b /c/");
    assertThat(copy.flags())
        .isEqualTo(
            new Instruction.CopyFlags(
                "build",
                true,
                new Instruction.PlacementFlags(
                    "a:b", "u=rwX,go-w", true, List.of("*.md", "!x y"))));
  }

  @Test
  void addKnowsAllItsFlags() {
    Instruction.Add add =
        (Instruction.Add)
            one("ADD --checksum=sha256:1 --keep-git-dir --unpack=false --link=false --chmod=1 a b");
    assertThat(add.flags())
        .isEqualTo(
            new Instruction.AddFlags(
                "sha256:1",
                true,
                false,
                new Instruction.PlacementFlags(null, "1", false, List.of())));
  }

  @ParameterizedTest
  @CsvSource({"default,DEFAULT", "none,NONE", "host,HOST"})
  void runKnowsItsNetworks(String text, Instruction.Network network) {
    assertThat(((Instruction.Run) one("RUN --network=" + text + " x")).flags().network())
        .isEqualTo(network);
  }

  @Test
  void theUsualSecurityIsAccepted() {
    assertThat(((Instruction.Run) one("RUN --security=sandbox x")).command())
        .isEqualTo(new Command.Shell("x"));
  }

  @Test
  void twoDashesEndTheFlags() {
    assertThat(((Instruction.Run) one("RUN -- --x")).command()).isEqualTo(new Command.Shell("--x"));
  }

  @Test
  void aHealthcheckKnowsAllItsFlags() {
    assertThat(
            probe(
                "HEALTHCHECK --interval=1m30s --timeout=3s --start-period=500ms"
                    + " --start-interval=1.5s --retries=4 CMD curl -f http://x"))
        .isEqualTo(
            new Instruction.Probe(
                new Command.Shell("curl -f http://x"),
                Duration.ofSeconds(90),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofMillis(1500),
                4));
  }

  @Test
  void aHealthcheckMayBeJson() {
    assertThat(probe("healthcheck cmd [\"a\", \"b\"]").command())
        .isEqualTo(new Command.Exec(List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEALTHCHECK NONE", "HEALTHCHECK none", "HEALTHCHECK  None "})
  void aHealthcheckMayBeNone(String text) {
    Instruction.@Nullable Probe probe = ((Instruction.Healthcheck) one(text)).probe();
    assertThat(probe).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ONBUILD COPY --from=x a /b|COPY --from=x a /b",
        "onbuild   run  x|run  x",
      })
  void aTriggerIsKeptAsWritten(String text, String trigger) {
    assertThat(((Instruction.Onbuild) one(text)).trigger()).isEqualTo(trigger);
  }

  @Test
  void emptyValuesAreKept() {
    assertThat(((Instruction.Env) one("ENV A= B=\"\"")).pairs())
        .containsExactly(new NameValue("A", ""), new NameValue("B", "\"\""));
    assertThat(((Instruction.Arg) one("ARG A= B")).pairs())
        .containsExactly(new NameValue("A", ""), new NameValue("B", null));
  }

  @Test
  void anEmptyJsonCommandIsOne() {
    assertThat(((Instruction.Cmd) one("CMD []")).command()).isEqualTo(new Command.Exec(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEALTHCHECK",
        "HEALTHCHECK x",
        "HEALTHCHECK CMD",
        "HEALTHCHECK CMD []",
        "HEALTHCHECK NONE x",
        "HEALTHCHECK --interval=5 CMD x",
        "HEALTHCHECK --interval=1us CMD x",
        "HEALTHCHECK --retries=-1 CMD x",
        "HEALTHCHECK --retries=a CMD x",
        "HEALTHCHECK --retries=1 --retries=1 CMD x",
        "ONBUILD",
        "ONBUILD ONBUILD RUN x",
        "ONBUILD FROM x",
        "ONBUILD maintainer x",
        "RUN --network=other x",
        "RUN --security=other x",
        "RUN --mount x",
        "RUN --nope x",
        "COPY --parents=x a b",
        "COPY --link= a b",
        "COPY --checksum=x a b",
        "ADD --from=x a b",
        "ADD --parents a b",
        "CMD --x y",
        "SHELL []",
        "SHELL [\"a\", 1]",
        "VOLUME [\"\"]",
        "VOLUME []",
        "COPY [\"a\"]",
        "FROM --platform x",
        "EXPOSE --x 80"
      })
  void whatIsWrongIsRefusedWithAHint(String text) {
    DockerfileProblem problem = refused("FROM scratch\n" + text);
    assertThat(problem.kind()).isEqualTo(DockerfileProblem.Kind.SYNTAX);
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.hint()).isNotBlank();
  }
}
