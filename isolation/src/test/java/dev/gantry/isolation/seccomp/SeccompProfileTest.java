package dev.gantry.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.Errno;
import dev.gantry.linux.seccomp.Action;
import dev.gantry.linux.seccomp.SeccompFilter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs are run here by an interpreter, as the kernel would for calls of this architecture. */
class SeccompProfileTest {
  private static final int SOCKET = 41;
  private static final int CLONE = 56;
  private static final int READ = 0;
  private static final int PTRACE = 101;
  private static final int MOUNT = 165;
  private static final int KEYCTL = 250;
  private static final int BPF = 321;
  private static final int USERFAULTFD = 323;
  private static final int IO_URING_SETUP = 425;
  private static final int CLONE3 = 435;
  private static final int FCHMODAT2 = 452;
  private static final int FAR_FUTURE = 2000;
  private static final long NEW_USER_NAMESPACE = 0x10000000L;
  private static final Action DENIED = Action.errno(Errno.EPERM.number());
  private static final Action MISSING = Action.errno(Errno.ENOSYS.number());

  @Test
  void ordinaryCallsAreAllowed() {
    assertThat(standard(READ)).isEqualTo(Action.ALLOW);
  }

  @Test
  void mountingIsDenied() {
    assertThat(standard(MOUNT)).isEqualTo(DENIED);
  }

  @Test
  void kernelKeysAreDenied() {
    assertThat(standard(KEYCTL)).isEqualTo(DENIED);
  }

  @Test
  void bpfIsDenied() {
    assertThat(standard(BPF)).isEqualTo(DENIED);
  }

  @Test
  void userfaultfdIsDenied() {
    assertThat(standard(USERFAULTFD)).isEqualTo(DENIED);
  }

  @Test
  void ioUringIsDenied() {
    assertThat(standard(IO_URING_SETUP)).isEqualTo(DENIED);
  }

  @Test
  void tracingIsAllowedOnKernelsWhereItCannotGoAroundTheFilter() {
    assertThat(standard(PTRACE)).isEqualTo(Action.ALLOW);
  }

  @Test
  void cloneWithoutNamespacesIsAllowed() {
    assertThat(standard(CLONE, 17)).isEqualTo(Action.ALLOW);
  }

  @Test
  void cloneWithANewNamespaceIsDenied() {
    assertThat(standard(CLONE, NEW_USER_NAMESPACE | 17)).isEqualTo(DENIED);
  }

  @Test
  void clone3IsMissingSoThatProgramsFallBack() {
    assertThat(standard(CLONE3)).isEqualTo(MISSING);
  }

  @Test
  void callsThatAreNewerThanTheLibraryAreKnown() {
    assertThat(standard(FCHMODAT2)).isEqualTo(Action.ALLOW);
  }

  @Test
  void callsThatDidNotExistAreMissing() {
    assertThat(standard(FAR_FUTURE)).isEqualTo(MISSING);
  }

  @Test
  void internetSocketsAreAllowed() {
    for (int family : new int[] {1, 2, 10, 16, 17, 37, 39, 41, 43, 45}) {
      assertThat(standard(SOCKET, family)).as("family %d", family).isEqualTo(Action.ALLOW);
    }
  }

  @Test
  void kernelCryptoAndVirtualMachineSocketsAreDenied() {
    assertThat(standard(SOCKET, 38)).isEqualTo(DENIED);
    assertThat(standard(SOCKET, 40)).isEqualTo(DENIED);
  }

  @Test
  void highBitsThatTheKernelIgnoresDoNotGetASocketThrough() {
    assertThat(standard(SOCKET, 0x1_0000_0026L)).isEqualTo(DENIED);
  }

  @Test
  void aCapabilityAllowsItsCalls() {
    byte[] program = SeccompProfile.standard().programs(Set.of("CAP_SYS_ADMIN")).getFirst();
    assertThat(BpfInterpreter.run(program, SeccompFilter.nativeArchitecture(), MOUNT))
        .isEqualTo(Action.ALLOW);
  }

  @Test
  void anotherArchitectureIsNotAWayAround() {
    int powerPc = 0x80000015;
    byte[] program = SeccompProfile.standard().programs(Set.of()).getFirst();
    assertThat(BpfInterpreter.run(program, powerPc, READ)).isNotEqualTo(Action.ALLOW);
  }

  @Test
  void aProfileOfTheUsersOwnIsTakenAtItsWord() {
    String json =
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13}]}
        """;
    byte[] program = SeccompProfile.fromJson(json).programs(Set.of()).getFirst();
    assertThat(BpfInterpreter.run(program, SeccompFilter.nativeArchitecture(), MOUNT))
        .isEqualTo(Action.errno(13));
  }

  @Test
  void aProfileWithAnUnknownActionIsRefusedByName() {
    assertThatThrownBy(() -> SeccompProfile.fromJson("{\"defaultAction\": \"SCMP_ACT_DANCE\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SCMP_ACT_DANCE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|not a JSON object",
        "{|not JSON",
        "{}|defaultAction",
        "{'defaultAction':'SCMP_ACT_NOTIFY'}|SCMP_ACT_NOTIFY",
        "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':5000}|defaultErrnoRet",
        "{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/x'}|listenerPath",
        "{'defaultAction':'SCMP_ACT_ALLOW','flags':['SECCOMP_FILTER_FLAG_LOG']}|flags",
        "{'defaultAction':'SCMP_ACT_ALLOW','archMap':[],'architectures':[]}|architectures",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':{}}|syscalls",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'action':'SCMP_ACT_ALLOW'}]}|names",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':[1],'action':'SCMP_ACT_ALLOW'}]}|names",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','names':['b']}]}|exclude each other",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','action':'SCMP_ACT_KILL','args':[{'index':9,'op':'SCMP_CMP_EQ'}]}]}|argument is 9",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','action':'SCMP_ACT_KILL','args':[{'index':0,'value':-1,'op':'SCMP_CMP_EQ'}]}]}|value"
      })
  void aProfileThatIsNoneIsRefusedByItsField(String json, String message) {
    assertThatThrownBy(() -> SeccompProfile.fromJson(json.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anArchitectureThatIsNoneIsRefused() {
    SeccompProfile profile =
        SeccompProfile.fromJson(
            "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_ABACUS\"]}");

    assertThatThrownBy(() -> profile.programs(Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("abacus");
  }

  /** As Docker: a profile may know calls of kernels to come. */
  @Test
  void callsThatNobodyKnowsAreSkipped() {
    String json =
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
         "syscalls": [{"names": ["teleport", "mount"], "action": "SCMP_ACT_ERRNO"}]}
        """;
    byte[] program = SeccompProfile.fromJson(json).programs(Set.of()).getFirst();

    assertThat(BpfInterpreter.run(program, SeccompFilter.nativeArchitecture(), MOUNT))
        .isEqualTo(DENIED);
  }

  @Test
  void aProfileWithMoreCallsThanAnyoneNeedsIsRefused() {
    String names = "\"read\",".repeat(5000);
    String json =
        "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":["
            + names.substring(0, names.length() - 1)
            + "],\"action\":\"SCMP_ACT_ERRNO\"}]}";

    assertThatThrownBy(() -> SeccompProfile.fromJson(json)).hasMessageContaining("5000 names");
  }

  @Test
  void aProfileWithinAnotherDoesNotReplaceIt() {
    SeccompProfile everything = SeccompProfile.fromJson("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
    List<byte[]> programs = everything.within(SeccompProfile.standard()).programs(Set.of());

    assertThat(programs).hasSize(2);
    assertThat(BpfInterpreter.run(programs.getFirst(), SeccompFilter.nativeArchitecture(), MOUNT))
        .isEqualTo(DENIED);
  }

  @Test
  void unconfinedIsNoFilter() {
    assertThat(SeccompProfile.unconfined().programs(Set.of())).isEmpty();
  }

  private static Action standard(int call, long... arguments) {
    byte[] program = SeccompProfile.standard().programs(Set.of("CAP_CHOWN")).getFirst();
    return BpfInterpreter.run(program, SeccompFilter.nativeArchitecture(), call, arguments);
  }
}
