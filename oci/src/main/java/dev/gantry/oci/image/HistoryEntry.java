package dev.gantry.oci.image;

import java.time.Instant;
import java.util.Optional;

/**
 * How a layer, or a change of the config alone, came to be.
 *
 * @param emptyLayer whether no layer belongs to it
 */
public record HistoryEntry(
    Optional<Instant> created, String createdBy, String comment, boolean emptyLayer) {}
