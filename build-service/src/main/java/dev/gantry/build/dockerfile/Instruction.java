package dev.gantry.build.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An instruction that can be built. Values are as written: not expanded, quotes in place. */
public sealed interface Instruction {
  /** Where it stands. */
  At at();

  /** FROM: {@code image} may be {@code scratch}, a stage or an image. */
  record From(At at, String image, @Nullable String name, @Nullable String platform)
      implements Instruction {}

  /** ARG. */
  record Arg(At at, List<NameValue> pairs) implements Instruction {}

  /** ENV. */
  record Env(At at, List<NameValue> pairs) implements Instruction {}

  /** LABEL. */
  record Label(At at, List<NameValue> pairs) implements Instruction {}

  /** RUN. */
  record Run(At at, Command command) implements Instruction {}

  /** CMD. */
  record Cmd(At at, Command command) implements Instruction {}

  /** ENTRYPOINT. */
  record Entrypoint(At at, Command command) implements Instruction {}

  /** SHELL. */
  record Shell(At at, List<String> argv) implements Instruction {}

  /** COPY: sources, the here-documents among them by name, to one destination. */
  record Copy(
      At at, List<String> sources, String destination, CopyFlags flags, List<Heredoc> heredocs)
      implements Instruction {}

  /** WORKDIR. */
  record Workdir(At at, String path) implements Instruction {}

  /** USER. */
  record User(At at, String user) implements Instruction {}

  /** EXPOSE. */
  record Expose(At at, List<String> ports) implements Instruction {}

  /** VOLUME. */
  record Volume(At at, List<String> paths) implements Instruction {}

  /** STOPSIGNAL. */
  record StopSignal(At at, String signal) implements Instruction {}

  /** MAINTAINER: the author of the image. */
  record Maintainer(At at, String author) implements Instruction {}

  /** The flags of COPY, as written. */
  record CopyFlags(@Nullable String from, @Nullable String chown, @Nullable String chmod) {
    /** No flag at all. */
    public static final CopyFlags NONE = new CopyFlags(null, null, null);
  }
}
