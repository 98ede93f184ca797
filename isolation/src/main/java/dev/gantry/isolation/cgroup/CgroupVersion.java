package dev.gantry.isolation.cgroup;

/** The version of the control group interface that governs cpu, memory and pids on this host. */
public enum CgroupVersion {
  V1,
  V2
}
