package dev.gantry.image.listing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tagged image, as the list shows it.
 *
 * @param sizeBytes of the manifest and all that it refers to, as stored
 * @param createdAt when the tag came to point to it
 * @param platform as {@code linux/amd64}, several separated by commas
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageItem(
    String repository,
    String tag,
    String digest,
    String mediaType,
    long sizeBytes,
    Instant createdAt,
    @Nullable String platform) {}
