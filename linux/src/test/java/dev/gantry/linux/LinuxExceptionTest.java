package dev.gantry.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LinuxExceptionTest {
  @Test
  void itNamesTheCallTheObjectAndTheError() {
    assertThat(new LinuxException("rmdir", 16, "/sys/fs/cgroup/a"))
        .hasMessage("rmdir /sys/fs/cgroup/a: EBUSY (Device or resource busy)");
  }

  @Test
  void anUnknownErrorNumberIsShownAsItIs() {
    assertThat(new LinuxException("strange", 4000)).hasMessageContaining("errno 4000");
  }

  @Test
  void aFailedSystemCallCarriesItsErrno() {
    long noSuchCall = 100_000;
    assertThatThrownBy(() -> Libc.check("none", Libc.syscall(noSuchCall, 0, 0, 0, 0, 0, 0)))
        .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.is(Errno.ENOSYS)).isTrue());
  }

  @Test
  void aClosedDescriptorCannotBeUsed() throws LinuxException {
    FileDescriptor fd =
        FileDescriptor.of((int) Libc.check("eventfd2", Libc.syscall(290, 0, 0, 0, 0, 0, 0)));
    fd.close();
    fd.close();
    assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
  }
}
