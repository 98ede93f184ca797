package dev.gantry.build.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --chmod} says: permission bits in octal, or changes as chmod(1) knows them, such as
 * {@code u=rwX,go=rX} or {@code g-w}. Without a who, everybody is meant: no umask is applied.
 */
public final class ModeChange {
  private static final int MODE_MAX = 07777;
  private static final int TEXT_MAX = 1024;
  private static final Pattern OCTAL = Pattern.compile("[0-7]{1,12}");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)");
  private static final Pattern ACTION = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");

  /** One action: bits by class, as in {@code u+x}. */
  private record Action(String who, char operator, String what) {}

  private final int fixed;
  private final List<Action> actions;

  private ModeChange(int fixed, List<Action> actions) {
    this.fixed = fixed;
    this.actions = List.copyOf(actions);
  }

  /**
   * Reads a mode.
   *
   * @throws IllegalArgumentException when it is neither octal up to 7777 nor symbolic; the message
   *     says what would be right
   */
  public static ModeChange parse(String text) {
    if (OCTAL.matcher(text).matches()) {
      long bits = Long.parseLong(text, 8);
      if (bits <= MODE_MAX) {
        return new ModeChange((int) bits, List.of());
      }
    }
    if (text.isEmpty() || text.length() > TEXT_MAX || NUMBER.matcher(text).matches()) {
      throw invalid(text);
    }
    List<Action> actions = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(clause);
      if (!matcher.matches()) {
        throw invalid(text);
      }
      String who = matcher.group(1).isEmpty() ? "a" : matcher.group(1);
      Matcher action = ACTION.matcher(matcher.group(2));
      while (action.find()) {
        actions.add(new Action(who, action.group(1).charAt(0), action.group(2)));
      }
    }
    return new ModeChange(-1, actions);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "invalid mode \""
            + text
            + "\": octal between 0 and 07777, or symbolic such as u=rwX,go=rX");
  }

  /** The mode (07777) that something of this mode gets. */
  public int apply(int mode, boolean directory) {
    if (actions.isEmpty()) {
      return fixed;
    }
    int changed = mode;
    for (Action action : actions) {
      changed = apply(action, changed, directory);
    }
    return changed;
  }

  private static int apply(Action action, int mode, boolean directory) {
    int mask = mask(action.who());
    int bits = bits(action.what(), mode, directory) & mask;
    return switch (action.operator()) {
      case '+' -> mode | bits;
      case '-' -> mode & ~bits;
      default -> {
        // As chmod(1): a directory keeps setuid and setgid unless they are named.
        int kept = directory ? mode & 06000 : 0;
        yield (mode & ~mask) | bits | (kept & mask);
      }
    };
  }

  private static int mask(String who) {
    int mask = 0;
    for (char c : who.toCharArray()) {
      mask |=
          switch (c) {
            case 'u' -> 04700;
            case 'g' -> 02070;
            case 'o' -> 01007;
            default -> MODE_MAX;
          };
    }
    return mask;
  }

  private static int bits(String what, int mode, boolean directory) {
    int bits = 0;
    for (char c : what.toCharArray()) {
      bits |=
          switch (c) {
            case 'r' -> 0444;
            case 'w' -> 0222;
            case 'x' -> 0111;
            case 'X' -> directory || (mode & 0111) != 0 ? 0111 : 0;
            case 's' -> 06000;
            case 't' -> 01000;
            case 'u' -> spread(mode >> 6);
            case 'g' -> spread(mode >> 3);
            default -> spread(mode);
          };
    }
    return bits;
  }

  /** The permissions of one class for all three. */
  private static int spread(int permissions) {
    return (permissions & 7) * 0111;
  }
}
