package dev.gantry.dashboard.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

/**
 * An event of the feed.
 *
 * @param id its number: later ones are greater
 * @param event the CloudEvent, as JSON on one line
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FeedItem(
    long id, String topic, String type, @Nullable String subject, @JsonRawValue String event) {}
