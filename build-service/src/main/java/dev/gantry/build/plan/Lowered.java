package dev.gantry.build.plan;

/** What an instruction becomes, and how cache keys see it. */
record Lowered(String canonical, Operation operation) {
  /** An instruction that changes settings alone. */
  static Lowered configured(String canonical) {
    return new Lowered(canonical, new Operation.Configure());
  }
}
