package dev.gantry.run.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.IoLimit;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CpuSet;
import dev.gantry.isolation.cgroup.Feature;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitRulesTest {
  private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);

  @Test
  void withoutResourcesOnlyProcessesAreLimited() {
    assertThat(valid(Resources.UNLIMITED))
        .isEqualTo(CgroupLimits.builder().pids(LimitRules.PIDS_DEFAULT).build());
  }

  @Test
  void whatIsAskedForBecomesALimit() {
    Resources wanted =
        resources(
            new Resources.Memory(64L << 20, 32L << 20, 1L << 20),
            new Resources.Cpu(1.5, 200, "1"),
            new Resources.Io(300, List.of()));
    assertThat(valid(wanted))
        .isEqualTo(
            CgroupLimits.builder()
                .memoryBytes(64 << 20)
                .reservationBytes(32 << 20)
                .swapBytes(1 << 20)
                .cpus(1.5)
                .cpuWeight(200)
                .cpuset(CpuSet.parse("1"))
                .ioWeight(300)
                .pids(LimitRules.PIDS_DEFAULT)
                .build());
  }

  @Test
  void swapIsRefusedWhereTheKernelDoesNotAccountIt() {
    refused(
        resources(new Resources.Memory(64L << 20, null, 1L), null, null),
        Feature.SWAP,
        "resources.memorySwap");
  }

  @Test
  void noSwapIsWhatThereIsWithoutAccountingToo() {
    Resources wanted = resources(new Resources.Memory(64L << 20, null, 0L), null, null);
    assertThat(LimitRules.limits(wanted, new Host(EnumSet.of(Feature.CPUSET))))
        .isInstanceOf(Parsed.Valid.class);
  }

  @Test
  void aReservationIsRefusedWhereTheKernelHasNone() {
    refused(
        resources(new Resources.Memory(null, 8L << 20, null), null, null),
        Feature.RESERVATION,
        "resources.memoryReservation");
  }

  @Test
  void aReservationAboveALoweredLimitIsRefused() {
    invalid(
        resources(new Resources.Memory(8L << 20, 16L << 20, null), null, null),
        "resources.memoryReservation");
  }

  @Test
  void aSetOfProcessorsIsRefusedWhereTheKernelHasNone() {
    refused(
        resources(null, new Resources.Cpu(null, null, "0"), null),
        Feature.CPUSET,
        "resources.cpuset");
  }

  @Test
  void processorsThatTheHostDoesNotHaveAreRefused() {
    invalid(resources(null, new Resources.Cpu(null, null, "1-2"), null), "resources.cpuset");
  }

  @Test
  void aShareOfDisksIsRefusedWhereTheKernelHasNone() {
    refused(
        resources(null, null, new Resources.Io(100, List.of())),
        Feature.IO_WEIGHT,
        "resources.ioWeight");
  }

  @Test
  void limitsOfDisksAreRefusedWhereTheKernelHasNone() {
    refused(
        resources(null, null, new Resources.Io(null, List.of(limit("/dev/null")))),
        Feature.IO_LIMIT,
        "resources.io");
  }

  @Test
  void whatIsNoBlockDeviceIsRefused() {
    invalid(
        resources(null, null, new Resources.Io(null, List.of(limit("/dev/null")))),
        "resources.io[0].device");
  }

  private static IoLimit limit(String device) {
    return new IoLimit(device, 1L << 20, null, null, null);
  }

  private static CgroupLimits valid(Resources wanted) {
    return switch (LimitRules.limits(wanted, new Host(ALL))) {
      case Parsed.Valid<CgroupLimits>(CgroupLimits limits) -> limits;
      case Parsed.Invalid<CgroupLimits> invalid -> throw new AssertionError(invalid);
    };
  }

  private static void refused(Resources wanted, Feature missing, String field) {
    EnumSet<Feature> features = EnumSet.complementOf(EnumSet.of(missing));
    invalid(wanted, new Host(features), field, ReasonCode.UNSUPPORTED);
  }

  private static void invalid(Resources wanted, String field) {
    invalid(wanted, new Host(ALL), field, ReasonCode.INVALID_FIELD);
  }

  private static void invalid(Resources wanted, Host host, String field, ReasonCode reason) {
    switch (LimitRules.limits(wanted, host)) {
      case Parsed.Valid<CgroupLimits> valid -> throw new AssertionError(valid);
      case Parsed.Invalid<CgroupLimits> invalid -> {
        assertThat(invalid.field()).isEqualTo(field);
        assertThat(invalid.reason()).isEqualTo(reason);
      }
    }
  }

  private static Resources resources(
      Resources.@Nullable Memory memory, Resources.@Nullable Cpu cpu, Resources.@Nullable Io io) {
    return new Resources(
        memory == null ? Resources.Memory.UNSAID : memory,
        cpu == null ? Resources.Cpu.UNSAID : cpu,
        io == null ? Resources.Io.UNSAID : io,
        null,
        null,
        Map.of(),
        null);
  }

  /** A host with two processors. */
  private record Host(Set<Feature> features) implements LimitRules.Host {
    @Override
    public boolean supports(Feature feature) {
      return features.contains(feature);
    }

    @Override
    public CpuSet cpus() {
      return CpuSet.parse("0-1");
    }
  }
}
