package dev.gantry.build.worker;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.execute.BuildFailedException;
import dev.gantry.build.execute.Cancellation;
import dev.gantry.build.fetch.FetchException;
import dev.gantry.build.fetch.Lifeline;
import dev.gantry.build.queue.BuildStore;
import dev.gantry.build.queue.Claim;
import dev.gantry.events.BuildContext;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.network.NetworkPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;

/**
 * Makes blobs of the files of builds that are none yet, and writes down which: another attempt
 * takes the same.
 */
final class ContextFiles {
  private static final byte[] NO_FILES = new byte[1024];

  private final ContextStore contexts;
  private final BuildStore store;
  private final Cancellation cancellation;

  ContextFiles(ContextStore contexts, BuildStore store, Cancellation cancellation) {
    this.contexts = contexts;
    this.store = store;
    this.cancellation = cancellation;
  }

  /**
   * The files of a build, stored.
   *
   * @throws BuildFailedException when they cannot be had
   */
  BuildContext of(Claim claim) throws BuildFailedException, IOException, SQLException {
    BuildContext asked = claim.spec().context();
    if (claim.stored() != null) {
      return claim.stored();
    }
    if (asked.stored()) {
      return asked;
    }
    BuildContext stored = fetch(asked);
    store.stored(claim, stored);
    return stored;
  }

  private BuildContext git(String url) throws BuildFailedException, IOException {
    Lifeline lifeline = new Lifeline();
    Runnable end = lifeline::end;
    cancellation.listen(end);
    try {
      return contexts.receiveGit(url, lifeline);
    } catch (FetchException | NetworkPolicy.RefusedException | UnknownHostException e) {
      cancellation.check();
      throw BuildFailedException.because(
          ReasonCode.CONTEXT_NOT_FOUND, "the context cannot be fetched: " + e.getMessage());
    } catch (ContextTooLargeException e) {
      throw BuildFailedException.because(
          ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      cancellation.check();
      throw e;
    } finally {
      cancellation.forget(end);
    }
  }

  private BuildContext fetch(BuildContext asked) throws BuildFailedException, IOException {
    if (asked.git() != null) {
      return git(asked.git());
    }
    if (asked.mediaType().equals(BuildContext.DOCKERFILE)) {
      return contexts.receive(new ByteArrayInputStream(NO_FILES));
    }
    return contexts
        .describe(asked.digest())
        .orElseThrow(
            () ->
                BuildFailedException.because(
                    ReasonCode.CONTEXT_NOT_FOUND,
                    "context " + asked.digest() + " is not in " + ContextStore.REPOSITORY));
  }
}
