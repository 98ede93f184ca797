package dev.gantry.linux.network;

import java.net.Inet4Address;

/** An IPv4 route of the main table; a prefix of 0 is a default route. */
public record Route(Inet4Address destination, int prefix, int link) {}
