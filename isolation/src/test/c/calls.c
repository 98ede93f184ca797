/* At what system calls give: namespaces, keys, other processes, the kernel's programming. */
#define _GNU_SOURCE
#include "probe.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int new_user_namespace(void) {
    return unshare(CLONE_NEWUSER);
}

static int new_mount_namespace(void) {
    return unshare(CLONE_NEWNS);
}

static int wait_for(long child) {
    if (child == 0) {
        _exit(0);
    }
    if (child > 0) {
        waitpid((pid_t)child, NULL, 0);
    }
    return child < 0 ? -1 : 0;
}

static int clone_into_user_namespace(void) {
    return wait_for(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

/* Its flags are in memory, where no filter can look. */
static int clone3_into_user_namespace(void) {
    struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    return wait_for(syscall(SYS_clone3, &args, sizeof args));
}

static int enter_namespace(void) {
    int namespace = open(outside ? "/proc/self/ns/uts" : "/proc/1/ns/uts", O_RDONLY | O_CLOEXEC);
    return namespace < 0 ? -1 : setns(namespace, 0);
}

static int add_key(void) {
    return syscall(SYS_add_key, "user", "gantry-probe", "x", 1, KEY_SPEC_PROCESS_KEYRING) < 0 ? -1
                                                                                              : 0;
}

static int read_session_keys(void) {
    return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1) < 0 ? -1 : 0;
}

static int request_key(void) {
    return past_permission(syscall(SYS_request_key, "user", "gantry-probe-none", NULL, 0));
}

/* Two of the ways that CVE-2022-0492 and others had: mounts of the kernel's file systems. */
static int mount_something(const char *type, const char *options) {
    if (outside && part_mounts()) {
        return -1;
    }
    return mount("none", "/tmp", type, 0, options);
}

static int mount_tmpfs(void) {
    return mount_something("tmpfs", NULL);
}

static int mount_proc(void) {
    return mount_something("proc", NULL);
}

static int mount_cgroup(void) {
    return mount_something("cgroup", "none,name=gantry-probe");
}

static int mount_binfmt(void) {
    return mount_something("binfmt_misc", NULL);
}

static int mount_by_descriptor(void) {
    int context = (int)syscall(SYS_fsopen, "tmpfs", 0);
    return context < 0 ? -1 : 0;
}

static int copy_mount(void) {
    return syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */) < 0 ? -1 : 0;
}

/* CVE-2025-31133 and its like end with a mask that can be taken away. */
static int unmask(void) {
    if (outside && (part_mounts() || mount("none", "/tmp", "tmpfs", 0, NULL))) {
        return -1;
    }
    return umount2(outside ? "/tmp" : "/proc/kcore", MNT_DETACH);
}

static int make_writable(void) {
    if (outside && (part_mounts() || mount("none", "/tmp", "tmpfs", MS_RDONLY, NULL))) {
        return -1;
    }
    return mount(NULL, outside ? "/tmp" : "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
}

static int pivot(void) {
    return past_permission(syscall(SYS_pivot_root, "/none", "/none"));
}

static int raw_socket(void) {
    return socket(AF_INET, SOCK_RAW, 1) < 0 ? -1 : 0;
}

static int packet_socket(void) {
    return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? -1 : 0;
}

static int crypto_socket(void) {
    return socket(AF_ALG, SOCK_SEQPACKET, 0) < 0 ? -1 : 0;
}

static int machine_socket(void) {
    return socket(AF_VSOCK, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

static int io_uring(void) {
    struct io_uring_params parameters = {0};
    return syscall(SYS_io_uring_setup, 1, &parameters) < 0 ? -1 : 0;
}

static int bpf(void) {
    union bpf_attr attr = {
        .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr) < 0 ? -1 : 0;
}

static int user_faults(void) {
    return syscall(SYS_userfaultfd, O_CLOEXEC) < 0 ? -1 : 0;
}

static int performance_counters(void) {
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_CPU_CLOCK};
    return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 ? -1 : 0;
}

/* The shocker: any file of a file system by its handle. */
static int open_by_handle(void) {
    struct {
        struct file_handle handle;
        unsigned char bytes[128];
    } file = {.handle.handle_bytes = sizeof file.bytes};
    int mount_id;
    if (name_to_handle_at(AT_FDCWD, outside ? "/var/tmp" : "/etc/hostname", &file.handle, &mount_id,
                          0)) {
        return -1;
    }
    int root = open(outside ? "/var/tmp" : "/etc/hostname", O_RDONLY | O_CLOEXEC);
    return open_by_handle_at(root, &file.handle, O_RDONLY) < 0 ? -1 : 0;
}

static int load_kernel(void) {
    return past_permission(syscall(SYS_kexec_load, 0UL, 0UL, NULL, ~0UL));
}

static int load_module(void) {
    return past_permission(syscall(SYS_init_module, "", 0UL, ""));
}

static int load_module_file(void) {
    return past_permission(syscall(SYS_finit_module, -1, "", 0));
}

static int restart_machine(void) {
    return past_permission(syscall(SYS_reboot, 0, 0, 0, NULL));
}

static int swap(void) {
    return past_permission(swapon("/none", 0));
}

static int account(void) {
    return past_permission(acct("/none"));
}

static int kernel_log(void) {
    char text[256];
    return klogctl(3, text, sizeof text) < 0 ? -1 : 0;
}

/* To what it is already. */
static int set_clock(void) {
    struct timex clock = {.modes = 0};
    if (adjtimex(&clock) < 0) {
        return -1;
    }
    clock.modes = ADJ_FREQUENCY;
    return adjtimex(&clock) < 0 ? -1 : 0;
}

static int own_priority(void) {
    struct sched_param first = {.sched_priority = 1};
    return sched_setscheduler(0, SCHED_RR, &first);
}

static int lower_oom_score(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    return file < 0 || write(file, outside ? "0" : "-1000", outside ? 1 : 5) < 0 ? -1 : 0;
}

static int all_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    uint64_t wanted = 1ULL << CAP_SYS_ADMIN | 1ULL << CAP_NET_ADMIN | 1ULL << CAP_SYS_PTRACE |
                      1ULL << CAP_DAC_READ_SEARCH;
    data[0].effective = data[0].permitted = (uint32_t)wanted;
    return (int)syscall(SYS_capset, &header, data);
}

static int new_privileges(void) {
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : stopped(EPERM);
}

static int no_filter(void) {
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER ? stopped(EPERM) : 0;
}

static int ids_beyond_its_range(void) {
    return setresgid(70000, 70000, 70000) || setresuid(70000, 70000, 70000) ? -1 : 0;
}

static int own_by_others(void) {
    char path[] = "/tmp/probe-XXXXXX";
    int file = mkstemp(path);
    int result = file < 0 ? -1 : fchown(file, 400000000, 400000000);
    int error = errno;
    unlink(path);
    return result ? stopped(error) : 0;
}

/* Words into the keyboard of whoever else has this terminal. */
static int type_into_terminal(void) {
    char letter = ' ';
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    return terminal < 0 ? -1 : ioctl(terminal, TIOCSTI, &letter);
}

static const char CALLS[] = "system call filter";
static const char NO_ADMIN[] = "system call filter; no CAP_SYS_ADMIN";

const struct probe CALL_PROBES[] = {
    {"new-user-namespace", CALLS, new_user_namespace},
    {"new-mount-namespace", NO_ADMIN, new_mount_namespace},
    {"clone-into-user-namespace", CALLS, clone_into_user_namespace},
    {"clone3-into-user-namespace", "clone3 is missing", clone3_into_user_namespace},
    {"enter-namespace", NO_ADMIN, enter_namespace},
    {"add-key", CALLS, add_key},
    {"read-session-keys", CALLS, read_session_keys},
    {"request-key", CALLS, request_key},
    {"mount-tmpfs", NO_ADMIN, mount_tmpfs},
    {"mount-proc", NO_ADMIN, mount_proc},
    {"mount-cgroup", "system call filter; no CAP_SYS_ADMIN (CVE-2022-0492)", mount_cgroup},
    {"mount-binfmt", NO_ADMIN, mount_binfmt},
    {"mount-by-descriptor", NO_ADMIN, mount_by_descriptor},
    {"copy-mount", NO_ADMIN, copy_mount},
    {"unmask", NO_ADMIN, unmask},
    {"make-writable", NO_ADMIN, make_writable},
    {"pivot-root", NO_ADMIN, pivot},
    {"raw-socket", "no CAP_NET_RAW", raw_socket},
    {"packet-socket", "no CAP_NET_RAW", packet_socket},
    {"crypto-socket", CALLS, crypto_socket},
    {"machine-socket", CALLS, machine_socket},
    {"io-uring", CALLS, io_uring},
    {"bpf", CALLS, bpf},
    {"user-faults", CALLS, user_faults},
    {"performance-counters", CALLS, performance_counters},
    {"open-by-handle", "system call filter; no CAP_DAC_READ_SEARCH", open_by_handle},
    {"load-kernel", CALLS, load_kernel},
    {"load-module", CALLS, load_module},
    {"load-module-file", CALLS, load_module_file},
    {"restart-machine", CALLS, restart_machine},
    {"swap", CALLS, swap},
    {"account", CALLS, account},
    {"kernel-log", CALLS, kernel_log},
    {"set-clock", "no CAP_SYS_TIME", set_clock},
    {"own-priority", "no CAP_SYS_NICE", own_priority},
    {"lower-oom-score", "no CAP_SYS_RESOURCE", lower_oom_score},
    {"all-capabilities", "bounding set; user namespace", all_capabilities},
    {"new-privileges", "no_new_privs", new_privileges},
    {"no-filter", "seccomp mode 2", no_filter},
    {"ids-beyond-its-range", "user namespace of 65,536 ids", ids_beyond_its_range},
    {"own-by-others", "user namespace of 65,536 ids", own_by_others},
    {"type-into-terminal", "no terminal of others", type_into_terminal},
    {NULL, NULL, NULL},
};
