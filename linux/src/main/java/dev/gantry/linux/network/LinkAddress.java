package dev.gantry.linux.network;

import java.net.Inet4Address;

/** An IPv4 address of a link. */
public record LinkAddress(int link, Inet4Address address, int prefix) {}
