package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.console.AttachSpec;
import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Taking part in the input and output of a sandbox's own process. */
class AttachIT {
  private static final AttachSpec WATCH = new AttachSpec(false, false);
  private static final AttachSpec TALK = new AttachSpec(true, true);

  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void whatIsWrittenIsReadByTheProcessAndItsOutputComesBack() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("while read x; do echo got $x; done"));
    try (Exec attached = sandbox.attach(TALK)) {
      attached.stdin().write("one\ntwo\n".getBytes(StandardCharsets.US_ASCII));
      attached.stdin().close();

      assertThat(text(attached.output())).isEqualTo("got one\ngot two\n");
    }
  }

  @Test
  void theExitCodeIsTold() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("read x; exit 9"));
    try (Exec attached = sandbox.attach(TALK)) {
      attached.stdin().close();

      assertThat(attached.exit().get(30, TimeUnit.SECONDS)).isEqualTo(9);
    }
  }

  @Test
  void outputFromBeforeIsReplayedToTheByte() throws Exception {
    Sandbox sandbox =
        sandboxes.host.launch(talking("echo one; echo -n prompt; read x; echo; echo last"));
    awaitLog(sandbox, "one");
    try (Exec attached = sandbox.attach(TALK)) {
      attached.stdin().write('\n');

      assertThat(text(attached.output())).isEqualTo("one\nprompt\nlast\n");
    }
  }

  @Test
  void withoutReplayOnlyWhatComesIsSeen() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("echo early; read x; echo late"));
    awaitLog(sandbox, "early");
    try (Exec attached = sandbox.attach(new AttachSpec(true, false))) {
      attached.stdin().write('\n');

      assertThat(text(attached.output())).isEqualTo("late\n");
    }
  }

  @Test
  void theInputStaysOpenWhenAClientLeaves() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("read x; echo $x; read y; echo $y"));
    try (Exec first = sandbox.attach(TALK)) {
      first.stdin().write("one\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(first.next()).isPresent();
    }
    try (Exec second = sandbox.attach(TALK)) {
      second.stdin().write("two\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(text(second.output())).isEqualTo("one\ntwo\n");
    }
  }

  @Test
  void severalSeeTheSame() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("read x; seq 1000"));
    try (Exec one = sandbox.attach(TALK);
        Exec other = sandbox.attach(WATCH)) {
      one.stdin().write('\n');

      assertThat(text(one.output())).isEqualTo(text(other.output())).endsWith("\n1000\n");
    }
  }

  @Test
  void aProcessWithoutInputTakesNone() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "600"));

    assertThatThrownBy(() -> sandbox.attach(TALK)).isInstanceOf(SandboxException.class);
  }

  @Test
  void aClientThatTakesNothingHoldsNothingUp() throws Exception {
    SandboxSpec spec = talking("read x; seq 2000000 >&1; echo done");
    Sandbox sandbox = sandboxes.host.launch(spec);
    try (Exec hung = sandbox.attach(TALK)) {
      hung.stdin().write('\n');

      assertThat(sandbox.exit().get(60, TimeUnit.SECONDS).code()).isZero();
    }
  }

  @Test
  void aClientThatTakesItSlowlyStillGetsAllOfIt() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(talking("read x; seq 200000"));
    try (Exec slow = sandbox.attach(TALK)) {
      slow.stdin().write('\n');
      MessageDigest seen = MessageDigest.getInstance("SHA-256");
      seen.update(slow.next().orElseThrow().bytes());
      sandbox.exit().get(60, TimeUnit.SECONDS);
      for (var piece = slow.next(); piece.isPresent(); piece = slow.next()) {
        seen.update(piece.get().bytes());
      }

      assertThat(HexFormat.of().formatHex(seen.digest())).isEqualTo(digestOfNumbers(200_000));
    }
  }

  @Test
  void aTerminalEchoesAndHasASize() throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell("read x; tty; stty size"),
            process -> process.terminal(true).stdin(true));
    Sandbox sandbox = sandboxes.host.launch(spec);
    try (Exec attached = sandbox.attach(TALK)) {
      attached.resize(new TerminalSize(33, 99));
      attached.stdin().write("go\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(text(attached.output())).isEqualTo("go\r\n/dev/pts/0\r\n33 99\r\n");
    }
  }

  @Test
  void theOutputOfATerminalIsLogged() throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(sandboxes.shell("tty; echo err >&2"), p -> p.terminal(true));

    assertThat(sandboxes.run(spec).stdout()).isEqualTo("/dev/pts/0\r\nerr\r\n");
  }

  @Test
  void interruptingAtATerminalReachesItsForeground() throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell(
                "trap 'echo caught; exit 5' INT; echo go; while true; do sleep 1; done"),
            process -> process.terminal(true).stdin(true));
    Sandbox sandbox = sandboxes.host.launch(spec);
    try (Exec attached = sandbox.attach(TALK)) {
      attached.next();
      attached.stdin().write(3);

      assertThat(attached.exit().get(30, TimeUnit.SECONDS)).isEqualTo(5);
    }
  }

  @Test
  void itWorksAgainAfterTheServiceDied() throws Exception {
    try (SandboxFixture own = SandboxFixture.open()) {
      SandboxSpec spec =
          SandboxFixture.with(own.shell("read x; echo got $x"), process -> process.stdin(true));
      own.host.launch(spec).attach(TALK);
      own.restartHost();
      Sandbox again = own.host.adopt(spec.directory()).orElseThrow();
      try (Exec attached = again.attach(TALK)) {
        attached.stdin().write("it\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(text(attached.output())).isEqualTo("got it\n");
      }
    }
  }

  private static SandboxSpec talking(String script) {
    return SandboxFixture.with(sandboxes.shell(script), process -> process.stdin(true));
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void awaitLog(Sandbox sandbox, String wanted) throws Exception {
    var log = sandbox.directory().resolve("log/log");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!java.nio.file.Files.readString(log).contains(wanted)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static String digestOfNumbers(int last) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 1; i <= last; i++) {
      all.writeBytes((i + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
  }
}
