package dev.gantry.isolation.sandbox;

import java.nio.file.Path;

/**
 * What a {@link SandboxHost} needs to know.
 *
 * @param stateDir its own directory, on a file system that can hold overlay upper layers; made
 *     (0700) when missing
 * @param cgroupParent the name of the control group below which sandboxes live
 * @param instance the name of this installation
 * @param idBase the first user and group id for sandboxes on the host
 */
public record HostConfig(Path stateDir, String cgroupParent, String instance, int idBase) {}
