package dev.gantry.launcher.settings;

/** A setting that cannot be used; the message names it, its value and what is allowed. */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@code rule} says what would be valid. */
  public InvalidSettingException(String setting, String value, String rule) {
    super(setting + "=" + value + " " + rule);
  }
}
