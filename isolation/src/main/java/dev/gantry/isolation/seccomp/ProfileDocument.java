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
 * @param subArchitectures architecture to those that its machines run, too; of "", all that are to
 *     be governed
 */
record ProfileDocument(
    Action otherwise, Map<String, List<String>> subArchitectures, List<Rule> rules) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARCHITECTURE_PREFIX = "SCMP_ARCH_";

  /** In place of an architecture: those that are governed whatever this machine is. */
  private static final String EVERYWHERE = "";

  private static final int ERRNO_MAX = 4095;
  private static final int CALLS_MAX = 4096;

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
      if (!root.isObject()) {
        throw new IllegalArgumentException("not a JSON object");
      }
      refuseUnsupported(root);
      List<Rule> rules = new ArrayList<>();
      for (JsonNode entry : array(root, "syscalls")) {
        rules.add(rule(entry));
      }
      long calls = rules.stream().mapToLong(rule -> rule.names().size()).sum();
      if (calls > CALLS_MAX) {
        throw new IllegalArgumentException(
            "syscalls: %d names, at most %d are taken".formatted(calls, CALLS_MAX));
      }
      return new ProfileDocument(
          action("defaultAction", root, "defaultErrnoRet"), architectures(root), rules);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** What would change the meaning of a profile, and is not done here. */
  private static void refuseUnsupported(JsonNode root) {
    for (String field : List.of("listenerPath", "listenerMetadata", "flags")) {
      if (!root.path(field).isEmpty() || !root.path(field).asText().isEmpty()) {
        throw new IllegalArgumentException(field + ": not supported");
      }
    }
    if (root.hasNonNull("architectures") && root.hasNonNull("archMap")) {
      throw new IllegalArgumentException("architectures: and archMap exclude each other");
    }
  }

  private static Map<String, List<String>> architectures(JsonNode root) {
    Map<String, List<String>> subArchitectures = new HashMap<>();
    for (JsonNode entry : array(root, "archMap")) {
      subArchitectures.put(text(entry, "architecture"), texts(entry, "subArchitectures"));
    }
    if (root.hasNonNull("architectures")) {
      subArchitectures.put(EVERYWHERE, texts(root, "architectures"));
    }
    return subArchitectures;
  }

  /** Whether calls without a rule fail. */
  boolean denies() {
    return !otherwise.equals(Action.ALLOW) && !otherwise.equals(Action.LOG);
  }

  /** libseccomp's names of the further architectures to govern. */
  List<String> architectures(Circumstances here) {
    return subArchitectures
        .getOrDefault(EVERYWHERE, subArchitectures.getOrDefault(here.mapName(), List.of()))
        .stream()
        .map(ProfileDocument::architecture)
        .toList();
  }

  private static String architecture(String name) {
    if (!name.startsWith(ARCHITECTURE_PREFIX)) {
      throw new IllegalArgumentException("architectures: unknown value " + name);
    }
    return name.substring(ARCHITECTURE_PREFIX.length()).toLowerCase(Locale.ROOT);
  }

  private static Rule rule(JsonNode entry) {
    List<String> names = new ArrayList<>(texts(entry, "names"));
    if (entry.hasNonNull("name")) {
      if (!names.isEmpty()) {
        throw new IllegalArgumentException("syscalls.name: and names exclude each other");
      }
      names.add(text(entry, "name"));
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("syscalls: an entry without names");
    }
    List<Comparison> conditions = new ArrayList<>();
    for (JsonNode argument : array(entry, "args")) {
      conditions.add(
          new Comparison(
              (int) number(argument, "index"),
              operator(text(argument, "op")),
              number(argument, "value"),
              number(argument, "valueTwo")));
    }
    return new Rule(
        names,
        action("action", entry, "errnoRet"),
        conditions,
        filter(entry.path("includes")),
        filter(entry.path("excludes")));
  }

  private static Filter filter(JsonNode node) {
    JsonNode minKernel = node.path("minKernel");
    return new Filter(
        new TreeSet<>(texts(node, "caps")),
        new TreeSet<>(texts(node, "arches")),
        minKernel.isTextual() ? Circumstances.version(minKernel.asText()) : 0);
  }

  private static Action action(String field, JsonNode node, String errnoField) {
    long errno = node.hasNonNull(errnoField) ? number(node, errnoField) : Errno.EPERM.number();
    if (errno < 0 || errno > ERRNO_MAX) {
      throw new IllegalArgumentException(
          "%s: %d is not 0 to %d".formatted(errnoField, errno, ERRNO_MAX));
    }
    return switch (text(node, field)) {
      case "SCMP_ACT_ALLOW" -> Action.ALLOW;
      case "SCMP_ACT_LOG" -> Action.LOG;
      case "SCMP_ACT_TRAP" -> Action.TRAP;
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> Action.KILL_THREAD;
      case "SCMP_ACT_KILL_PROCESS" -> Action.KILL_PROCESS;
      case "SCMP_ACT_ERRNO" -> Action.errno((int) errno);
      case String other -> throw new IllegalArgumentException(field + ": unknown value " + other);
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

  /** 0 where it is missing; up to 64 bits without a sign. */
  private static long number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.isIntegralNumber()
        || value.bigIntegerValue().signum() < 0
        || value.bigIntegerValue().bitLength() > Long.SIZE) {
      throw new IllegalArgumentException(field + ": not a whole number of 64 bits");
    }
    return value.bigIntegerValue().longValue();
  }

  private static JsonNode array(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw new IllegalArgumentException(field + ": not a list");
    }
    return value;
  }

  private static List<String> texts(JsonNode node, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(node, field)) {
      if (!element.isTextual()) {
        throw new IllegalArgumentException(field + ": not a list of texts");
      }
      texts.add(element.asText());
    }
    return texts;
  }
}
