package dev.gantry.build.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One change of a symbolic mode: whose bits, added, taken or set, and which.
 *
 * @param who of {@code ugo}
 * @param operator {@code +}, {@code -} or {@code =}
 * @param what of {@code rwxXst}, or one of {@code ugo} whose bits are copied
 */
record ModeChange(String who, char operator, String what) {
  private static final int STEPS_MAX = 64;
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)");
  private static final Pattern STEP = Pattern.compile("([-+=])([rwxXst]*|[ugo])");
  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final int STICKY = 01000;

  /** All clauses of a list with commas, step by step; empty where one is none. */
  static Optional<List<ModeChange>> parseAll(String text) {
    List<ModeChange> changes = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(clause);
      if (clause.length() > STEPS_MAX || !matcher.matches()) {
        return Optional.empty();
      }
      String named = matcher.group(1);
      String who = named.isEmpty() || named.contains("a") ? "ugo" : named;
      Matcher step = STEP.matcher(matcher.group(2));
      while (step.find()) {
        changes.add(new ModeChange(who, step.group(1).charAt(0), step.group(2)));
      }
      if (changes.size() > STEPS_MAX) {
        return Optional.empty();
      }
    }
    return Optional.of(changes);
  }

  int apply(int mode, boolean directory) {
    int bits = 0;
    for (char owner : who.toCharArray()) {
      bits |= bits(mode, directory) << shift(owner);
    }
    bits |= special();
    return switch (operator) {
      case '+' -> mode | bits;
      case '-' -> mode & ~bits;
      default -> (mode & ~cleared(directory)) | bits;
    };
  }

  /** The three bits that {@code what} stands for, in the place of others. */
  private int bits(int mode, boolean directory) {
    if (what.length() == 1 && "ugo".contains(what)) {
      return (mode >> shift(what.charAt(0))) & 7;
    }
    int bits = what.contains("r") ? 4 : 0;
    bits |= what.contains("w") ? 2 : 0;
    boolean executable = directory || (mode & 0111) != 0;
    return bits | (what.contains("x") || (what.contains("X") && executable) ? 1 : 0);
  }

  private int special() {
    int bits = 0;
    if (what.contains("s")) {
      bits |= who.contains("u") ? SET_UID : 0;
      bits |= who.contains("g") ? SET_GID : 0;
    }
    return bits | (what.contains("t") && who.contains("o") ? STICKY : 0);
  }

  /** As chmod(1): {@code =} leaves a directory's setuid and setgid as they are, if not named. */
  private int cleared(boolean directory) {
    int bits = 0;
    for (char owner : who.toCharArray()) {
      bits |= 7 << shift(owner);
    }
    if (!directory) {
      bits |= who.contains("u") ? SET_UID : 0;
      bits |= who.contains("g") ? SET_GID : 0;
    }
    return bits | (who.contains("o") ? STICKY : 0);
  }

  private static int shift(char owner) {
    return switch (owner) {
      case 'u' -> 6;
      case 'g' -> 3;
      default -> 0;
    };
  }
}
