package dev.gantry.run.log;

import dev.gantry.isolation.log.LogEntry;
import java.io.IOException;
import java.io.OutputStream;

/** A form in which a log is sent. */
interface LogForm {
  /** Writes one entry. */
  void entry(LogEntry entry, OutputStream out) throws IOException;

  /** Writes what keeps a silent connection open; nothing where the form has no such thing. */
  void idle(OutputStream out) throws IOException;

  /** Writes what says that nothing more will come. */
  void end(OutputStream out) throws IOException;
}
