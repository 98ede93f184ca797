package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Somebody at a terminal (script(1)) who reads what a command shows, and types. */
final class Typist implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;

  private final Process process;
  private final StringBuffer shown = new StringBuffer();

  Typist(Cli cli, String command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null");
    builder.environment().putAll(cli.environment());
    process = builder.redirectErrorStream(true).start();
    Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    byte[] buffer = new byte[1024];
    try {
      for (int n; (n = process.getInputStream().read(buffer)) >= 0; ) {
        shown.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      shown.append(e);
    }
  }

  /** Waits until this is shown. */
  void expect(String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (shown.indexOf(text) < 0) {
      assertThat(System.nanoTime()).as("%s in: %s", text, shown).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  void type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.ISO_8859_1));
    process.getOutputStream().flush();
  }

  /** Waits for the end; the exit status. */
  int status() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s", shown).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
