package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.plan;
import static dev.gantry.build.plan.Plans.refused;
import static dev.gantry.build.plan.Plans.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.image.ImageHealthcheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void nothingHasAPathAndAWorkdir() {
    assertThat(settings("").env()).containsEntry("PATH", Settings.PATH_DEFAULT);
    assertThat(settings("").workdir()).isEqualTo("/");
  }

  @Test
  void anImageWithoutAPathGetsOne() {
    BuildPlan plan = Plans.plan("FROM a\n", Plans.options().build(), image -> new Settings());
    assertThat(plan.target().settings().env()).containsEntry("PATH", Settings.PATH_DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WORKDIR /a/|/a/",
        "WORKDIR /a;WORKDIR b/|/a/b",
        "WORKDIR /a;WORKDIR ../c|/c",
        "WORKDIR a|/a",
        "ENV D=/x;WORKDIR $D/y|/x/y",
        "WORKDIR /a;WORKDIR $NOPE|/a",
        "WORKDIR \"/a b\"|/a b",
        "WORKDIR /a b|/a b",
      })
  void workdirsAreThoseOfDocker(String text, String workdir) {
    assertThat(settings(text.replace(";", "\n")).workdir()).isEqualTo(workdir);
  }

  @Test
  void theRootNeedsNoDirectory() {
    assertThat(Plans.last("WORKDIR /\n")).isEqualTo(new Operation.Configure());
  }

  @Test
  void aDirectoryBelongsToTheUser() {
    assertThat(Plans.last("USER u\nWORKDIR /w\n"))
        .isEqualTo(new Operation.MakeDirectory("/w", "u"));
  }

  @Test
  void valuesOfOneEnvSeeWhatWasBefore() {
    assertThat(settings("ENV a=1\nENV a=2 b=$a\nENV c=$a\n").env())
        .containsEntry("b", "1")
        .containsEntry("c", "2");
  }

  @Test
  void labelsAreExpandedInNameAndValue() {
    assertThat(settings("ARG n=k\nLABEL $n.x=\"a $n\" 'q r'=s\n").labels())
        .containsEntry("k.x", "a k")
        .containsEntry("q r", "s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXPOSE 80|80/tcp",
        "EXPOSE 80/TCP|80/tcp",
        "EXPOSE 53/udp|53/udp",
        "EXPOSE 9/sctp|9/sctp",
        "EXPOSE 8080:80|80/tcp",
        "EXPOSE 127.0.0.1:8080:80|80/tcp",
        "EXPOSE 0|0/tcp",
        "EXPOSE 65535|65535/tcp",
      })
  void portsAreThoseOfDocker(String text, String port) {
    assertThat(settings(text).exposedPorts()).containsExactly(port);
  }

  @Test
  void volumesAreWordsOrJson() {
    assertThat(settings("ENV d=/d\nVOLUME /a $d\nVOLUME [\"/b c\"]\n").volumes())
        .containsExactly("/a", "/b c", "/d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SIGTERM", "term", "9", "SIGRTMIN+15", "SIGRTMAX-14", "RTMIN", "64", "sigusr1"})
  void signalsAreThoseOfLinux(String signal) {
    assertThat(settings("STOPSIGNAL " + signal).stopSignal()).isEqualTo(signal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "SIGNOPE", "-1", "SIGRTMIN+16", "TERM KILL", "$NOPE"})
  void otherSignalsAreRefused(String signal) {
    assertThat(refused("FROM a\nSTOPSIGNAL " + signal).message()).contains("invalid signal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"65536", "a", "80-79", "80/x", "80-81-82", "1:2:3:x", "/tcp", "999999", "a:80"})
  void otherPortsAreRefused(String port) {
    assertThat(refused("FROM a\nEXPOSE " + port).line()).isEqualTo(2);
  }

  @Test
  void aShellIsKeptAndUsed() {
    Settings settings =
        settings("SHELL [\"/bin/bash\", \"-c\"]\nCMD x\nENTRYPOINT y\nHEALTHCHECK CMD z\n");
    assertThat(settings.shell()).containsExactly("/bin/bash", "-c");
    assertThat(settings.command()).containsExactly("/bin/bash", "-c", "x");
    assertThat(settings.entrypoint()).containsExactly("/bin/bash", "-c", "y");
  }

  @Test
  void anEmptyEntrypointIsNone() {
    assertThat(settings("ENTRYPOINT [\"a\"]\nENTRYPOINT []\n").entrypoint()).isNull();
  }

  @Test
  void aHealthcheckIsThatOfDocker() {
    assertThat(settings("HEALTHCHECK --interval=1s --retries=2 CMD a b\n").healthcheck())
        .isEqualTo(new ImageHealthcheck(List.of("CMD-SHELL", "a b"), 1_000_000_000L, 0, 0, 0, 2));
    assertThat(settings("HEALTHCHECK CMD [\"a\", \"$b\"]\n").healthcheck())
        .isEqualTo(new ImageHealthcheck(List.of("CMD", "a", "$b"), 0, 0, 0, 0, 0));
    assertThat(settings("HEALTHCHECK CMD a\nHEALTHCHECK NONE\n").healthcheck())
        .isEqualTo(new ImageHealthcheck(List.of("NONE"), 0, 0, 0, 0, 0));
  }

  @Test
  void commandsAreNotExpanded() {
    Settings settings = settings("ENV a=1\nCMD [\"$a\"]\nENTRYPOINT $a\nMAINTAINER $a\n");
    assertThat(settings.command()).containsExactly("$a");
    assertThat(settings.entrypoint()).containsExactly("/bin/sh", "-c", "$a");
    assertThat(settings.author()).isEqualTo("$a");
  }

  @Test
  void aStageGoesOnWithTheSettingsOfItsBase() {
    Settings settings =
        plan("FROM scratch AS b\nUSER u\nENV a=1\nWORKDIR /w\nLABEL l=1\nFROM b\n")
            .target()
            .settings();
    assertThat(settings.user()).isEqualTo("u");
    assertThat(settings.env()).containsEntry("a", "1");
    assertThat(settings.workdir()).isEqualTo("/w");
    assertThat(settings.labels()).containsEntry("l", "1");
  }
}
