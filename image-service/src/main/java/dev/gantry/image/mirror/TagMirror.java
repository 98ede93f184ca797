package dev.gantry.image.mirror;

import dev.gantry.image.repository.Page;
import dev.gantry.image.repository.RepositoryRepository;
import java.io.IOException;
import java.util.List;

/** Tags of mirrored repositories: the upstream's, or what is here when it is away. Thread-safe. */
final class TagMirror {
  private final SingleFlight questions;
  private final RepositoryRepository repositories;

  TagMirror(SingleFlight questions, RepositoryRepository repositories) {
    this.questions = questions;
    this.repositories = repositories;
  }

  /** The upstream's tags of a page, and one more if there are more. */
  Answer<List<String>> tags(Place place, Page page) throws IOException {
    return questions.ask(
        List.of("tags", place.here(), page),
        () ->
            place
                .upstream()
                .ask(registry -> registry.tags(place.there(), page.last(), page.size() + 1)));
  }

  /** Whether there is anything here to be listed instead. */
  boolean isHere(Place place) {
    return repositories.named(place.here()).isPresent();
  }
}
