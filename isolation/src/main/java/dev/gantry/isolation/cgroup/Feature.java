package dev.gantry.isolation.cgroup;

/** What the control groups of one host have, and those of another may not. */
public enum Feature {
  /** Memory that is taken from others first. */
  RESERVATION,
  /** A limit of swap: the kernel accounts it. */
  SWAP,
  /** Processors to run on. */
  CPUSET,
  /** Shares of a disk. */
  IO_WEIGHT,
  /** Limits of bytes and operations per device. */
  IO_LIMIT,
  /** Groups can stand still. */
  FREEZE,
  /** All processes of a group are killed when it wants memory, not one of them. */
  OOM_GROUP,
  /** How long processes waited for want of something, per group. */
  PRESSURE,
  /** The end of all processes of a group by a single call. */
  KILL
}
