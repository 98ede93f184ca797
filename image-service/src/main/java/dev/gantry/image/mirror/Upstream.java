package dev.gantry.image.mirror;

import dev.gantry.oci.registry.RegistrySettings;
import dev.gantry.oci.registry.UpstreamRegistry;
import java.io.IOException;
import java.util.Optional;

/** A mirror and its registry, which is left alone when it wants to be. Thread-safe. */
final class Upstream {
  private final Mirror mirror;
  private final UpstreamRegistry registry;
  private final BackOff backOff = new BackOff(System::nanoTime);

  Upstream(Mirror mirror, RegistrySettings patience) {
    this.mirror = mirror;
    this.registry = new UpstreamRegistry(mirror.access(), patience);
  }

  /** A question to a registry. */
  @FunctionalInterface
  interface Question<T> {
    T ask(UpstreamRegistry registry) throws IOException;
  }

  Mirror mirror() {
    return mirror;
  }

  /** Asks once, unless the upstream is to be left alone. */
  <T> Answer<T> ask(Question<T> question) {
    Optional<Failure> not = backOff.now();
    if (not.isPresent()) {
      return new Answer.Nothing<>(not.get());
    }
    try {
      T value = question.ask(registry);
      backOff.answered();
      return new Answer.Got<>(value);
    } catch (IOException e) {
      Failure failure = Failure.of(e);
      backOff.failed(failure);
      return new Answer.Nothing<>(failure);
    }
  }

  /** The registry itself, for what goes on after it has answered. */
  UpstreamRegistry registry() {
    return registry;
  }
}
