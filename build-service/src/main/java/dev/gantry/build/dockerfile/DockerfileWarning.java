package dev.gantry.build.dockerfile;

/**
 * What is allowed in a Dockerfile, but probably not meant; the rules are those of Docker's build
 * checks.
 *
 * @param spot the character at which it is
 * @param message what is found, for a person
 */
public record DockerfileWarning(Rule rule, At.Spot spot, String message) {
  /** For a person, on one line. */
  public String describe() {
    return "line " + spot.line() + ": " + message + " (" + rule.title() + ")";
  }

  /** A check. */
  public enum Rule {
    /** Names of stages are in lower case. */
    STAGE_NAME_CASING("StageNameCasing"),
    /** FROM and AS are written in the same case. */
    FROM_AS_CASING("FromAsCasing"),
    /** Nothing empty between the lines of an instruction. */
    NO_EMPTY_CONTINUATION("NoEmptyContinuation"),
    /** All keywords of a file are written in the same case. */
    CONSISTENT_INSTRUCTION_CASING("ConsistentInstructionCasing"),
    /** No two stages of one name. */
    DUPLICATE_STAGE_NAME("DuplicateStageName"),
    /** No stage called {@code scratch} or {@code context}. */
    RESERVED_STAGE_NAME("ReservedStageName"),
    /** CMD and ENTRYPOINT in JSON, so that signals arrive. */
    JSON_ARGS_RECOMMENDED("JSONArgsRecommended"),
    /** A label instead of MAINTAINER. */
    MAINTAINER_DEPRECATED("MaintainerDeprecated"),
    /** A base that is named by an ARG has a name without a build argument too. */
    INVALID_DEFAULT_ARG_IN_FROM("InvalidDefaultArgInFrom"),
    /** Variables of FROM are declared before the first FROM. */
    UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom"),
    /** The first WORKDIR of a stage is absolute. */
    WORKDIR_RELATIVE_PATH("WorkdirRelativePath"),
    /** Variables are declared. */
    UNDEFINED_VAR("UndefinedVar"),
    /** One CMD, ENTRYPOINT and HEALTHCHECK in a stage. */
    MULTIPLE_INSTRUCTIONS_DISALLOWED("MultipleInstructionsDisallowed"),
    /** {@code NAME=VALUE} instead of {@code NAME VALUE}. */
    LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat"),
    /** No {@code --platform=$TARGETPLATFORM}, which is the default. */
    REDUNDANT_TARGET_PLATFORM("RedundantTargetPlatform"),
    /** No secrets in ARG and ENV. */
    SECRETS_USED_IN_ARG_OR_ENV("SecretsUsedInArgOrEnv"),
    /** No constant {@code --platform}. */
    FROM_PLATFORM_FLAG_CONST_DISALLOWED("FromPlatformFlagConstDisallowed"),
    /** Protocols of EXPOSE are in lower case. */
    EXPOSE_PROTO_CASING("ExposeProtoCasing"),
    /** EXPOSE names no address and no port of the host. */
    EXPOSE_INVALID_FORMAT("ExposeInvalidFormat");

    private final String title;

    Rule(String title) {
      this.title = title;
    }

    /** Its name as {@code check=skip=} takes it. */
    public String title() {
      return title;
    }
  }
}
