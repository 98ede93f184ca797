package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Talking to containers by the command line, with a terminal (script(1)) and without. */
class ExecST {
  private static final Platform PLATFORM = Platform.shared();
  private static final Runs RUNS = new Runs(PLATFORM);
  private static String run = "";

  @BeforeAll
  static void start() {
    run = RUNS.start(Runs.shell("while true; do sleep 1; done", "\"env\":{\"FROM\":\"run\"}"));
    RUNS.awaitState(run, "running");
  }

  @AfterAll
  static void remove() {
    RUNS.remove(run);
  }

  @Test
  void theExitCodeOfACommandIsPassedOn() {
    assertThat(exec("sh", "-c", "exit 7").status()).isEqualTo(7);
  }

  @Test
  void outputAndErrorGoWhereTheyBelong() {
    Cli.Result result = exec("sh", "-c", "echo out $FROM; echo err >&2");

    assertThat(List.of(result.stdout(), result.stderr())).containsExactly("out run\n", "err\n");
  }

  @Test
  void userDirectoryAndVariablesAreAsAsked() {
    Cli.Result result =
        PLATFORM
            .cli()
            .run(
                "exec",
                "-u",
                "7:8",
                "-w",
                "/tmp",
                "-e",
                "A=b",
                run,
                "sh",
                "-c",
                "id -u;pwd;echo $A");

    assertThat(result.expectSuccess().stdout()).isEqualTo("7\n/tmp\nb\n");
  }

  @Test
  void whatIsPipedInIsReadToItsEnd() {
    assertThat(shell("seq 1 20000 | %s exec -i " + run + " sha256sum").stdout())
        .isEqualTo(shell("seq 1 20000 | sha256sum").stdout());
  }

  @Test
  void aCommandThatIsMissingIs127() {
    assertThat(exec("no-such-command").status()).isEqualTo(127);
  }

  @Test
  void anUnknownContainerIsSaidInOneLine() {
    Cli.Result result = PLATFORM.cli().run("exec", "nobody-of-this-name", "true");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.stderr()).startsWith("gantry: ").hasLineCount(1).contains("nobody");
  }

  @Test
  void atATerminalThereIsOneInsideOfTheSameSize() {
    String command =
        "stty rows 33 cols 77; %s exec -it "
            + run
            + " sh -c"
            + " \"until stty size | grep -q 33; do sleep 0.1; done; tty; stty size\"";

    assertThat(terminal(command)).contains("/dev/pts/").contains("33 77");
  }

  @Test
  void theTerminalIsAfterwardsAsItWas() {
    String command = "stty -g; %s exec -it " + run + " true; stty -g";

    List<String> settings =
        terminal(command).lines().filter(line -> line.contains(":")).map(String::strip).toList();

    assertThat(settings).hasSize(2);
    assertThat(settings.get(1)).isEqualTo(settings.get(0));
  }

  @Test
  void aContainerThatReadsItsInputIsTalkedTo() {
    Cli.Result result =
        shell("printf 'a\\nb\\n' | %s run -i --rm busybox:1 sh -c 'sort -r; exit 4'");

    assertThat(result.stdout()).isEqualTo("b\na\n");
    assertThat(result.status()).isEqualTo(4);
  }

  @Test
  void aContainerWithATerminalShowsAllFromTheBeginning() {
    assertThat(terminal("%s run -it --rm busybox:1 sh -c \"echo first; tty; sleep 1; echo last\""))
        .containsSubsequence("first", "/dev/pts/0", "last");
  }

  @Test
  void whoAttachesSeesWhatWasAndWhatComesAndMayLeave() throws Exception {
    String id =
        RUNS.start(
            Runs.shell(
                "echo begun; read x; echo got $x; read y", "\"stdin\":true", "\"tty\":true"));
    RUNS.awaitState(id, "running");
    try (Typist typist = new Typist(PLATFORM.cli(), gantry() + " attach " + id)) {
      typist.expect("begun");
      typist.type("it\n");
      typist.expect("got it");
      typist.type("\020\021");

      assertThat(typist.status()).isZero();
    }
    assertThat(RUNS.get(id).path("state").asText()).isEqualTo("running");
    RUNS.remove(id);
  }

  private static Cli.Result exec(String... command) {
    String[] all = new String[command.length + 2];
    all[0] = "exec";
    all[1] = run;
    System.arraycopy(command, 0, all, 2, command.length);
    return PLATFORM.cli().run(all);
  }

  /** A line of shell; {@code %s} is the gantry command. */
  private static Cli.Result shell(String line) {
    return PLATFORM.cli().tool("sh", "-c", line.replace("%s", gantry()));
  }

  /** What a person would see who types this at a terminal. */
  private static String terminal(String line) {
    return PLATFORM
        .cli()
        .tool("script", "-qec", line.replace("%s", gantry()), "/dev/null")
        .stdout();
  }

  private static String gantry() {
    return Cli.repository().resolve("gantry").toString();
  }
}
