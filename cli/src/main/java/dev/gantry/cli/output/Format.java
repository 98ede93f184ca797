package dev.gantry.cli.output;

/** How lists are printed. */
public enum Format {
  /** Columns for people. */
  table,
  /** One JSON document for programs. */
  json
}
