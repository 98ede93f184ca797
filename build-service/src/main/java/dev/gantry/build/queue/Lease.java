package dev.gantry.build.queue;

import java.time.Duration;

/**
 * For how long a worker may be silent.
 *
 * @param owner this installation of the service, the same after a restart
 * @param duration after which another may take its builds
 */
public record Lease(String owner, Duration duration) {}
