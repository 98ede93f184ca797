package dev.gantry.isolation.cgroup;

import java.time.Duration;

/** What the processes of a group use now, and the processor time they have used so far. */
public record CgroupUsage(long memoryBytes, int pids, Duration cpu) {}
