package dev.gantry.isolation.log;

/** Which of a sandbox's outputs. */
public enum LogStream {
  STDOUT,
  STDERR
}
