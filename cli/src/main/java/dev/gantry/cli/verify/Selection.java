package dev.gantry.cli.verify;

import java.util.List;

/** Which tests: all, or those whose class (and method, after #) has a part in its name. */
record Selection(String only) {
  /** No test has this name. */
  private static final String NONE = "-Dtest=NoneOfTheUnitTests";

  private static final String NONE_OF_ITS = "-Dit.test=NoneOfTheIntegrationTests";

  /** The properties that tell surefire and failsafe. */
  List<String> properties() {
    if (only.isEmpty()) {
      return List.of();
    }
    int hash = only.indexOf('#');
    String type = hash < 0 ? only : only.substring(0, hash);
    String method = hash < 0 ? "" : only.substring(hash);
    if (type.endsWith("Test")) {
      return List.of("-Dtest=*" + type + method, NONE_OF_ITS);
    }
    if (type.endsWith("IT") || type.endsWith("ST")) {
      return List.of(NONE, "-Dit.test=*" + type + method);
    }
    String each = "*" + type + "*";
    return List.of(
        "-Dtest=" + each + "Test" + method,
        "-Dit.test=" + each + "IT" + method + "," + each + "ST" + method);
  }
}
