package dev.gantry.launcher.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL server and who logs in there: {@code [user[:password]@]host:port}.
 *
 * @param user {@code postgres} when none is given
 * @param password empty when none is given
 */
public record PostgresAddress(String host, int port, String user, String password) {
  private static final Pattern FORM =
      Pattern.compile("(?:([^:@]+)(?::([^@]*))?@)?([A-Za-z0-9_.-]+):(\\d{1,5})");

  /** Reads the form above. */
  public static PostgresAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      // Not the value: it may hold a password.
      throw new InvalidSettingException(
          "GANTRY_POSTGRES", "…", "must be [user[:password]@]host:port");
    }
    return new PostgresAddress(
        matcher.group(3),
        Integer.parseInt(matcher.group(4)),
        matcher.group(1) == null ? "postgres" : matcher.group(1),
        matcher.group(2) == null ? "" : matcher.group(2));
  }

  /** The URL of a database there. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port;
  }
}
