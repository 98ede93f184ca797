package dev.gantry.run.lifecycle;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.run.journal.Journal;
import java.time.Clock;

/** How facts are written down. */
public record Records(Journal journal, CloudEventCodec codec, Clock clock) {}
