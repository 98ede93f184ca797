package dev.gantry.isolation.seccomp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.linux.Errno;
import dev.gantry.linux.seccomp.Action;
import dev.gantry.linux.seccomp.Comparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A profile in Docker's JSON format, read.
 *
 * @param otherwise what is done with calls without a rule
 * @param subArchitectures architecture to those that its machines run, too
 */
record ProfileDocument(
    Action otherwise, Map<String, List<String>> subArchitectures, List<Rule> rules) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARCHITECTURE_PREFIX = "SCMP_ARCH_";

  /** A rule for some calls, under some circumstances. */
  record Rule(
      List<String> names,
      Action action,
      List<Comparison> conditions,
      Filter includes,
      Filter excludes) {
    boolean applies(Circumstances circumstances) {
      return includes.all(circumstances) && !excludes.any(circumstances);
    }
  }

  /** Circumstances that a rule names; what is empty says nothing. */
  record Filter(Set<String> capabilities, Set<String> architectures, int minKernel) {
    boolean all(Circumstances here) {
      return here.capabilities().containsAll(capabilities)
          && (architectures.isEmpty() || architectures.contains(here.architecture()))
          && here.kernel() >= minKernel;
    }

    boolean any(Circumstances here) {
      return !Collections.disjoint(here.capabilities(), capabilities)
          || architectures.contains(here.architecture())
          || (minKernel > 0 && here.kernel() >= minKernel);
    }
  }

  static ProfileDocument parse(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      Map<String, List<String>> subArchitectures = new HashMap<>();
      for (JsonNode entry : root.path("archMap")) {
        subArchitectures.put(text(entry, "architecture"), texts(entry.path("subArchitectures")));
      }
      List<Rule> rules = new ArrayList<>();
      for (JsonNode entry : root.path("syscalls")) {
        rules.add(rule(entry));
      }
      return new ProfileDocument(
          action(text(root, "defaultAction"), root.path("defaultErrnoRet")),
          subArchitectures,
          rules);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Whether calls without a rule fail. */
  boolean denies() {
    return !otherwise.equals(Action.ALLOW) && !otherwise.equals(Action.LOG);
  }

  /** libseccomp's names of the further architectures to govern. */
  List<String> architectures(Circumstances here) {
    return subArchitectures.getOrDefault(here.mapName(), List.of()).stream()
        .map(name -> name.substring(ARCHITECTURE_PREFIX.length()).toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Rule rule(JsonNode entry) {
    List<String> names = new ArrayList<>(texts(entry.path("names")));
    if (entry.hasNonNull("name")) {
      names.add(entry.get("name").asText());
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("syscalls: an entry without names");
    }
    List<Comparison> conditions = new ArrayList<>();
    for (JsonNode argument : entry.path("args")) {
      conditions.add(
          new Comparison(
              argument.path("index").asInt(),
              operator(text(argument, "op")),
              argument.path("value").bigIntegerValue().longValue(),
              argument.path("valueTwo").bigIntegerValue().longValue()));
    }
    return new Rule(
        names,
        action(text(entry, "action"), entry.path("errnoRet")),
        conditions,
        filter(entry.path("includes")),
        filter(entry.path("excludes")));
  }

  private static Filter filter(JsonNode node) {
    JsonNode minKernel = node.path("minKernel");
    return new Filter(
        new TreeSet<>(texts(node.path("caps"))),
        new TreeSet<>(texts(node.path("arches"))),
        minKernel.isTextual() ? Circumstances.version(minKernel.asText()) : 0);
  }

  private static Action action(String name, JsonNode errno) {
    return switch (name) {
      case "SCMP_ACT_ALLOW" -> Action.ALLOW;
      case "SCMP_ACT_LOG" -> Action.LOG;
      case "SCMP_ACT_TRAP" -> Action.TRAP;
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> Action.KILL_THREAD;
      case "SCMP_ACT_KILL_PROCESS" -> Action.KILL_PROCESS;
      case "SCMP_ACT_ERRNO" -> Action.errno(errno.asInt(Errno.EPERM.number()));
      default -> throw new IllegalArgumentException("action: unknown value " + name);
    };
  }

  private static Comparison.Operator operator(String name) {
    return switch (name) {
      case "SCMP_CMP_NE" -> Comparison.Operator.NOT_EQUAL;
      case "SCMP_CMP_LT" -> Comparison.Operator.LESS;
      case "SCMP_CMP_LE" -> Comparison.Operator.LESS_OR_EQUAL;
      case "SCMP_CMP_EQ" -> Comparison.Operator.EQUAL;
      case "SCMP_CMP_GE" -> Comparison.Operator.GREATER_OR_EQUAL;
      case "SCMP_CMP_GT" -> Comparison.Operator.GREATER;
      case "SCMP_CMP_MASKED_EQ" -> Comparison.Operator.MASKED_EQUAL;
      default -> throw new IllegalArgumentException("op: unknown value " + name);
    };
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + ": a text is missing");
    }
    return value.asText();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
