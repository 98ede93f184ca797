package dev.gantry.dashboard.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.StdDateFormat;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.BuildRequest;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.HostEvent;
import dev.gantry.events.ImageEvent;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunRequest;
import dev.gantry.events.StoreEvent;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Folds facts into documents, each a pure function of a document and a fact. */
final class Views {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .defaultDateFormat(new StdDateFormat())
          .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  static final String SEQUENCE = "sequence";
  static final String STATE = "state";

  private static final Logger LOG = Logger.getLogger(Views.class);

  /** Which document an event belongs to. */
  record Key(Kind kind, String id) {}

  private Views() {}

  /** The document that an event changes, if any. */
  static Optional<Key> key(Envelope<? extends Event> envelope) {
    Optional<String> subject = Optional.ofNullable(envelope.subject());
    return switch (envelope.data()) {
      case RunEvent _ -> subject.map(id -> new Key(Kind.RUN, id));
      case BuildEvent _ -> subject.map(id -> new Key(Kind.BUILD, id));
      case ImageEvent image -> Optional.of(new Key(Kind.REPOSITORY, image.repository()));
      case HostEvent.State host -> Optional.of(new Key(Kind.HOST, host.host()));
      case StoreEvent _, RunRequest _, BuildRequest _ -> Optional.empty();
    };
  }

  /** Changes the document by an event; a fact that it knows already changes nothing. */
  static void fold(Key key, ObjectNode document, Envelope<? extends Event> envelope) {
    if (isKnown(key, document, envelope.sequence())) {
      return;
    }
    switch (envelope.data()) {
      case RunEvent event -> RunView.fold(document, key.id(), event, envelope.time());
      case BuildEvent event -> BuildView.fold(document, key.id(), event, envelope.time());
      case ImageEvent event -> RepositoryView.fold(document, event, envelope.time());
      case HostEvent.State event -> document.setAll((ObjectNode) JSON.valueToTree(event));
      case StoreEvent _, RunRequest _, BuildRequest _ -> LOG.debugf("no view has this: %s", key);
    }
  }

  private static boolean isKnown(
      Key key, ObjectNode document, @org.jspecify.annotations.Nullable Long sequence) {
    if (sequence == null) {
      return false;
    }
    long last = document.path(SEQUENCE).asLong(0);
    if (sequence <= last) {
      LOG.warnf("%s: fact %d comes again after %d", key, sequence, last);
      return true;
    }
    if (sequence > last + 1 && last > 0) {
      LOG.warnf("%s: fact %d follows %d, there is a gap", key, sequence, last);
    }
    document.put(SEQUENCE, sequence);
    return false;
  }
}
