package dev.gantry.build.execute;

import dev.gantry.build.fetch.Lifeline;
import dev.gantry.linux.LinuxException;
import java.io.IOException;

/** Fetches until somebody wishes for the end. */
final class Fetching {
  private Fetching() {}

  /** Something that takes time and a network. */
  @FunctionalInterface
  interface Work<T> {
    T with(Lifeline lifeline) throws IOException;
  }

  /**
   * Does the work.
   *
   * @throws Cancellation.CancelledException when it was ended
   * @throws Copier.CopyRefusedException when it cannot be fetched
   */
  static <T> T fetch(Cancellation cancellation, Work<T> work) throws IOException {
    Lifeline lifeline = new Lifeline();
    Runnable end = lifeline::end;
    cancellation.listen(end);
    try {
      return work.with(lifeline);
    } catch (Copier.CopyRefusedException | LinuxException e) {
      throw e;
    } catch (IOException e) {
      cancellation.check();
      throw new Copier.CopyRefusedException("cannot fetch: " + e.getMessage());
    } finally {
      cancellation.forget(end);
    }
  }
}
