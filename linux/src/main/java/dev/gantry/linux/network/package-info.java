/** Links, addresses and routes (rtnetlink(7)) and the firewall (libnftables). */
@NullMarked
package dev.gantry.linux.network;

import org.jspecify.annotations.NullMarked;
