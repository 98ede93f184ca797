package dev.gantry.dashboard.feed;

import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import org.jspecify.annotations.Nullable;

/**
 * A record of the bus as the feed keeps it.
 *
 * @param event the CloudEvent, as JSON on one line
 * @param envelope the event itself, when it is one that this version knows
 */
record FeedEntry(
    String topic,
    int partition,
    long offset,
    String type,
    @Nullable String subject,
    String event,
    @Nullable Envelope<? extends Event> envelope) {}
