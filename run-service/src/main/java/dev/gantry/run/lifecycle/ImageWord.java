package dev.gantry.run.lifecycle;

import dev.gantry.events.RunRequest;
import dev.gantry.run.health.ImageChecks;
import dev.gantry.run.pull.Images;
import dev.gantry.run.pull.PulledImage;

/** What an image has to say about its runs. Only on the run's turn. */
final class ImageWord {
  private ImageWord() {}

  /** Notes it down. */
  static void of(PulledImage image, Run run) {
    run.imageStopSignal = image.stopSignal();
    run.check =
        run.view()
            .spec()
            .flatMap(spec -> ImageChecks.merge(spec.healthcheck(), image.config().healthcheck()))
            .orElse(null);
  }

  /**
   * Looks it up again after a restart of the service, and with it what kills from before amount to.
   */
  static void recall(Run run, Images images) {
    String digest = run.view().digest();
    if (digest != null) {
      images.config(digest).ifPresent(image -> of(image, run));
    }
    run.killed =
        run.kills.stream()
            .map(command -> (RunRequest.KillRequested) command.request())
            .map(RunRequest.KillRequested::signal)
            .anyMatch(signal -> signal == null || Stopping.ends(run, signal));
    run.kills.clear();
  }
}
