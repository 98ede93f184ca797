package dev.gantry.run.pull;

import dev.gantry.events.Parsed;
import dev.gantry.events.Signal;
import dev.gantry.oci.image.ContainerConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image that is wholly on this host.
 *
 * @param digest of its manifest
 * @param config how a container of it runs
 * @param layers unpacked, the lowest first
 */
public record PulledImage(String digest, ContainerConfig config, List<Path> layers) {
  /** A layer that occurs twice counts where it is highest: an overlay takes each only once. */
  public PulledImage {
    layers = layers.reversed().stream().distinct().toList().reversed();
  }

  /** The signal that the image wants to be stopped by; null when it says nothing that is one. */
  public @Nullable Signal stopSignal() {
    return Signal.parse(config.stopSignal()) instanceof Parsed.Valid<Signal>(Signal signal)
        ? signal
        : null;
  }
}
