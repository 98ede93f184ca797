package dev.gantry.run.network;

import dev.gantry.isolation.network.Subnet;
import java.net.Inet4Address;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network shall be.
 *
 * @param subnet absent: any that is free
 * @param gateway the host's own address in it; absent: the first
 */
public record NetworkRequest(
    String name,
    @Nullable Subnet subnet,
    @Nullable Inet4Address gateway,
    boolean internal,
    Map<String, String> labels) {}
