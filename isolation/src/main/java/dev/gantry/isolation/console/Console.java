package dev.gantry.isolation.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The way to a running sandbox, by its directory. */
public final class Console {
  private Console() {}

  /**
   * Executes a command in the sandbox; returns when it was executed.
   *
   * @throws RefusedException when a stage failed
   * @throws IOException when the sandbox is not there
   */
  public static Exec exec(Path directory, ExecSpec spec) throws IOException {
    return begin(directory, Frame.EXEC, request(spec));
  }

  /**
   * Attaches to the sandbox's first process.
   *
   * @throws RefusedException when that is not possible
   * @throws IOException when the sandbox is not there
   */
  public static Exec attach(Path directory, AttachSpec spec) throws IOException {
    return begin(directory, Frame.ATTACH, bit(spec.stdin()), bit(spec.replay()));
  }

  private static Exec begin(Path directory, char type, byte... request) throws IOException {
    ControlSocket socket = ControlSocket.connect(directory);
    Conversation conversation = new Conversation(socket, directory.resolve("log"));
    try {
      conversation.begin(type, request);
      return conversation;
    } catch (IOException e) {
      conversation.close();
      throw e;
    }
  }

  private static byte bit(boolean value) {
    return (byte) (value ? 1 : 0);
  }

  /** Entries as in the specification of a sandbox. */
  private static byte[] request(ExecSpec spec) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    spec.argv().forEach(argument -> put(out, "process.arg", argument));
    spec.env().forEach(variable -> put(out, "process.env", variable));
    put(out, "process.workdir", spec.workdir());
    put(out, "process.user", spec.user());
    put(out, "process.stdin", spec.stdin() ? "1" : "0");
    put(out, "process.terminal", spec.terminal().isPresent() ? "1" : "0");
    spec.terminal()
        .ifPresent(size -> put(out, "process.terminal-size", size.rows() + " " + size.columns()));
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.writeBytes((name + ' ' + bytes.length + ':').getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(bytes);
    out.write('\n');
  }
}
