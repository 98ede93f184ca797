package dev.gantry.build.fetch;

import java.io.FilterInputStream;
import java.io.IOException;

/** What a command writes; its end is an error unless the command succeeded. */
final class CommandOutput extends FilterInputStream {
  private final GitCommand.Running running;
  private final String what;

  CommandOutput(GitCommand.Running running, String what) {
    super(running.output());
    this.running = running;
    this.what = what;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    if (one < 0) {
      requireSuccess();
    }
    return one;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    if (count < 0) {
      requireSuccess();
    }
    return count;
  }

  private void requireSuccess() throws IOException {
    GitCommand.Result result = running.finish("");
    if (!result.succeeded()) {
      throw new FetchException(what + ": " + result.complaint());
    }
  }

  @Override
  public void close() throws IOException {
    running.close();
    super.close();
  }
}
