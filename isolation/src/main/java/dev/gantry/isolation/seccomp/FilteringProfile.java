package dev.gantry.isolation.seccomp;

import dev.gantry.linux.seccomp.Action;
import dev.gantry.linux.seccomp.RecentSystemCalls;
import dev.gantry.linux.seccomp.SeccompFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A profile that is compiled to a filter. Thread-safe. */
final class FilteringProfile implements SeccompProfile {
  private static final String STANDARD = "/default-seccomp.json";
  private static final int PROGRAMS_MAX = 64;
  private static final int INSTRUCTIONS_MAX = 4096; // BPF_MAXINSNS

  private final ProfileDocument document;
  private final Map<Set<String>, byte[]> programs =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Set<String>, byte[]> eldest) {
              return size() > PROGRAMS_MAX;
            }
          });

  private FilteringProfile(ProfileDocument document) {
    this.document = document;
  }

  static SeccompProfile standard() {
    return Standard.PROFILE;
  }

  static SeccompProfile parse(String json) {
    return new FilteringProfile(ProfileDocument.parse(json));
  }

  @Override
  public List<byte[]> programs(Set<String> capabilities) {
    Set<String> key = Set.copyOf(capabilities);
    byte[] program = programs.get(key);
    if (program == null) {
      try {
        program = compile(Circumstances.here(key));
      } catch (IOException e) {
        throw new UncheckedIOException("seccomp profile: " + e.getMessage(), e);
      }
      programs.put(key, program);
    }
    return List.of(program.clone());
  }

  private byte[] compile(Circumstances circumstances) throws IOException {
    try (SeccompFilter filter = SeccompFilter.open(document.otherwise())) {
      for (String architecture : document.architectures(circumstances)) {
        filter.architecture(architecture);
      }
      Map<Integer, Action> recent = new TreeMap<>();
      for (ProfileDocument.Rule rule : document.rules()) {
        boolean redundant = rule.action().equals(document.otherwise());
        if (!redundant && rule.applies(circumstances)) {
          add(rule, filter, recent);
        }
      }
      return bounded(new Preamble(recent, document.denies()).prepend(filter.program()));
    }
  }

  /** What the kernel would refuse is refused here, where its author can be told. */
  private static byte[] bounded(byte[] program) {
    if (program.length > INSTRUCTIONS_MAX * Preamble.INSTRUCTION_BYTES) {
      throw new IllegalArgumentException(
          "syscalls: %d instructions, the kernel takes at most %d"
              .formatted(program.length / Preamble.INSTRUCTION_BYTES, INSTRUCTIONS_MAX));
    }
    return program;
  }

  /** Calls that the library does not know by name go into the preamble. */
  private static void add(
      ProfileDocument.Rule rule, SeccompFilter filter, Map<Integer, Action> recent)
      throws IOException {
    for (String name : rule.names()) {
      boolean known = filter.rule(rule.action(), name, rule.conditions());
      if (!known && rule.conditions().isEmpty()) {
        RecentSystemCalls.number(name).ifPresent(number -> recent.put(number, rule.action()));
      }
    }
  }

  /** Loaded when first asked for. */
  private static final class Standard {
    static final SeccompProfile PROFILE = load();

    private static SeccompProfile load() {
      try (InputStream json = FilteringProfile.class.getResourceAsStream(STANDARD)) {
        if (json == null) {
          throw new IllegalStateException("resource " + STANDARD + " is missing");
        }
        return parse(new String(json.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
