package dev.gantry.run.pull;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * An image on this host.
 *
 * @param names what was found to mean it when it was last asked for
 * @param layers how many it has
 * @param bytes of its layers, unpacked
 * @param sharedBytes of those that another image has, too
 * @param usedAt when a run last began or ceased to use it
 * @param users the runs that have it, by id
 */
public record HostImage(
    String digest,
    Set<String> names,
    int layers,
    long bytes,
    long sharedBytes,
    Instant pulledAt,
    Instant usedAt,
    List<String> users) {}
