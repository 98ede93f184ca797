package dev.gantry.build.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.dockerfile.DockerfileProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Texts that nobody would write: whatever they are, they are a plan or a problem with its place,
 * after a while that is bounded. {@code -Dgantry.soak=true} takes 200,000 of them.
 */
class DockerfileFuzzTest {
  private static final int COUNT = Boolean.getBoolean("gantry.soak") ? 200_000 : 4_000;
  private static final Duration PATIENCE =
      Duration.ofMinutes(Boolean.getBoolean("gantry.soak") ? 60 : 5);

  private static final List<String> KEYWORDS =
      List.of(
          "FROM",
          "RUN",
          "CMD",
          "LABEL",
          "MAINTAINER",
          "EXPOSE",
          "ENV",
          "ADD",
          "COPY",
          "ENTRYPOINT",
          "VOLUME",
          "USER",
          "WORKDIR",
          "ARG",
          "ONBUILD",
          "STOPSIGNAL",
          "HEALTHCHECK",
          "SHELL",
          "from",
          "nope",
          "#",
          "# escape=`",
          "# syntax=x",
          "# check=x=y");

  private static final List<String> PIECES =
      List.of(
          " ",
          " ",
          " ",
          "\n",
          "\n",
          "\n",
          "\r\n",
          "\t",
          "\\\n",
          "`\n",
          "\\",
          "`",
          "$",
          "${",
          "}",
          "$A",
          "${A:-b}",
          "${A#*}",
          "${A//a/b}",
          "${A:?x}",
          "${A:+",
          "'",
          "\"",
          "[\"a\"]",
          "[",
          "]",
          ",",
          "=",
          "A=b",
          "<<EOF",
          "<<-EOF",
          "<<'E'",
          "EOF\n",
          "E\n",
          "3<<X",
          "--from=a",
          "--from=0",
          "--mount=",
          "type=cache,",
          "type=secret,id=a,",
          "target=/a",
          "--chmod=u+x",
          "--chmod=7777",
          "--link",
          "--parents",
          "--exclude=*",
          "--checksum=sha256:",
          "--network=host",
          "--platform=linux/amd64",
          "--interval=1s",
          "--",
          "AS",
          "a",
          "b",
          "/",
          "../",
          "*",
          "80/tcp",
          "80-90",
          "scratch",
          "https://h/x",
          "https://h/x.git#a:b?c",
          "git@h:x",
          "NONE",
          "CMD",
          "é",
          "\u0000",
          "\uFEFF",
          "\uD83D\uDE00",
          "#",
          ":",
          "@sha256:");

  private final Random random = new Random(20_260_101);

  private String text() {
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "FROM a AS b\n");
    int lines = random.nextInt(8);
    for (int line = 0; line < lines; line++) {
      text.append(one(KEYWORDS)).append(' ');
      int pieces = random.nextInt(10);
      for (int piece = 0; piece < pieces; piece++) {
        text.append(one(PIECES)).append(random.nextBoolean() ? " " : "");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private <T> T one(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private byte[] bytes() {
    byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
    int changes = random.nextInt(10) == 0 ? random.nextInt(5) : 0;
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void requirePlace(byte[] text, DockerfileProblem problem) {
    long lines = new String(text, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
    assertThat(problem.line()).as(problem::toString).isBetween(1, (int) lines + 1);
    assertThat(problem.spot().column()).as(problem::toString).isPositive();
    assertThat(problem.message()).isNotBlank();
    assertThat(problem.describe("Dockerfile")).contains("Dockerfile line " + problem.line());
  }

  @Test
  void everyTextIsAPlanOrAProblemWithItsPlace() {
    BuildOptions options =
        Plans.options().buildArgs(Map.of("A", "aXbXc")).hostNetwork(random.nextBoolean()).build();
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int i = 0; i < COUNT; i++) {
            byte[] text = bytes();
            DockerfileCheck check = DockerfileCheck.of("Dockerfile", text, options);
            check.problems().forEach(problem -> requirePlace(text, problem));
            assertThat(check.document().toString()).isNotEmpty();
          }
        });
  }

  @Test
  void atLeastSomeOfThemAreDockerfiles() {
    BuildOptions options = Plans.options().build();
    long valid = 0;
    for (int i = 0; i < 1000; i++) {
      valid += DockerfileCheck.of("Dockerfile", bytes(), options).valid() ? 1 : 0;
    }
    assertThat(valid).isGreaterThan(20);
  }
}
