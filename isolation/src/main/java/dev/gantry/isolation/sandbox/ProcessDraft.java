package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.sandbox.SandboxSpec.Process;
import dev.gantry.isolation.seccomp.SeccompProfile;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a sandbox executes, in the making. What is not said is as {@link SandboxSpec.Process#of} has
 * it. Not thread-safe.
 */
public final class ProcessDraft {
  private final List<String> argv;
  private final String hostname;
  private List<String> env = List.of();
  private String workdir = "";
  private String user = "";
  private List<String> groups = List.of();
  private Set<Capability> capabilities = Capability.DEFAULTS;
  private SeccompProfile seccomp = SeccompProfile.standard();
  private Map<Rlimit, Rlimit.Bounds> limits = Map.of();
  private OptionalInt oomScoreAdjust = OptionalInt.empty();
  private Map<Sysctl, String> sysctls = Map.of();
  private boolean terminal;
  private boolean stdin;

  ProcessDraft(List<String> argv, String hostname) {
    this.argv = argv;
    this.hostname = hostname;
  }

  ProcessDraft like(Process process) {
    env = process.env();
    workdir = process.workdir();
    user = process.user();
    groups = process.groups();
    capabilities = process.capabilities();
    seccomp = process.seccomp();
    limits = process.limits();
    oomScoreAdjust = process.oomScoreAdjust();
    sysctls = process.sysctls();
    terminal = process.terminal();
    stdin = process.stdin();
    return this;
  }

  /** {@link SandboxSpec.Process#env}. */
  public ProcessDraft env(List<String> variables) {
    env = variables;
    return this;
  }

  /** {@link SandboxSpec.Process#workdir}. */
  public ProcessDraft workdir(String path) {
    workdir = path;
    return this;
  }

  /** {@link SandboxSpec.Process#user}. */
  public ProcessDraft user(String name) {
    user = name;
    return this;
  }

  /** {@link SandboxSpec.Process#groups}. */
  public ProcessDraft groups(List<String> names) {
    groups = names;
    return this;
  }

  /** {@link SandboxSpec.Process#capabilities}. */
  public ProcessDraft capabilities(Set<Capability> ofRoot) {
    capabilities = ofRoot;
    return this;
  }

  /** {@link SandboxSpec.Process#seccomp}. */
  public ProcessDraft seccomp(SeccompProfile profile) {
    seccomp = profile;
    return this;
  }

  /** {@link SandboxSpec.Process#limits}. */
  public ProcessDraft limits(Map<Rlimit, Rlimit.Bounds> bounds) {
    limits = bounds;
    return this;
  }

  /** {@link SandboxSpec.Process#oomScoreAdjust}. */
  public ProcessDraft oomScoreAdjust(OptionalInt score) {
    oomScoreAdjust = score;
    return this;
  }

  /** {@link SandboxSpec.Process#sysctls}. */
  public ProcessDraft sysctls(Map<Sysctl, String> settings) {
    sysctls = settings;
    return this;
  }

  /** {@link SandboxSpec.Process#terminal}. */
  public ProcessDraft terminal(boolean wanted) {
    terminal = wanted;
    return this;
  }

  /** {@link SandboxSpec.Process#stdin}. */
  public ProcessDraft stdin(boolean wanted) {
    stdin = wanted;
    return this;
  }

  /**
   * The process.
   *
   * @throws IllegalArgumentException when something is not well-formed
   */
  public Process build() {
    return new Process(
        argv,
        env,
        workdir,
        user,
        groups,
        hostname,
        capabilities,
        seccomp,
        limits,
        oomScoreAdjust,
        sysctls,
        terminal,
        stdin);
  }
}
