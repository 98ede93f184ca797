package dev.gantry.isolation.process;

import java.time.Duration;

/**
 * A process of a sandbox.
 *
 * @param pid as the host sees it
 * @param innerPid as the sandbox does
 * @param uid as the sandbox sees it; {@value #NOBODY} for one that it has no name for
 * @param state a letter of proc_pid_stat(5): {@code R}, {@code S}, {@code Z} …
 * @param cpu processor time used so far
 * @param residentBytes memory that it has pages in, those shared with others included
 * @param command its arguments with blanks between them; in brackets its name, where it has none
 */
public record ProcessEntry(
    long pid,
    long innerPid,
    long uid,
    char state,
    Duration cpu,
    long residentBytes,
    String command) {
  /** The kernel's overflow id. */
  public static final long NOBODY = 65_534;
}
