/* The process itself: identity, limits, privileges, and the exec. */
#define _GNU_SOURCE
#include "child.h"

#include "kernel.h"
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static const char DEFAULT_PATH[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

int become_root(struct shim *shim) {
    (void)shim;
    /* Keys of the host's session are not the sandbox's; a kernel without keys has none to take. */
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS) {
        return failed("keyring");
    }
    return setgroups(0, NULL) || setresgid(0, 0, 0) || setresuid(0, 0, 0) ? -1 : 0;
}

int enter_cgroup_namespace(struct shim *shim) {
    (void)shim;
    return unshare(CLONE_NEWCGROUP);
}

int set_hostname(struct shim *shim) {
    return sethostname(shim->spec.hostname, strlen(shim->spec.hostname));
}

int enter_workdir(struct shim *shim) {
    const char *workdir = *shim->spec.workdir ? shim->spec.workdir : "/";
    int directory = make_target(workdir, false);
    return directory < 0 || fchdir(directory) ? failed(workdir) : close(directory);
}

static int drop_bounding_set(uint64_t keep) {
    for (unsigned long capability = 0; capability < 64; capability++) {
        if (keep >> capability & 1) {
            continue;
        }
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)) {
            return errno == EINVAL ? 0 : -1; /* the kernel knows no more of them */
        }
    }
    return 0;
}

/*
 * Root has the given set, others have none and, since nothing is inheritable or ambient, get none.
 * The bounding set says what an exec can give to root.
 */
int drop_privileges(struct shim *shim) {
    if (drop_bounding_set(shim->spec.capabilities) ||
        setgroups(identity.group_count, identity.groups) ||
        setresgid(identity.gid, identity.gid, identity.gid) ||
        setresuid(identity.uid, identity.uid, identity.uid)) {
        return -1;
    }
    uint64_t have = identity.uid ? 0 : shim->spec.capabilities;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)have, .permitted = (uint32_t)have},
        {.effective = (uint32_t)(have >> 32), .permitted = (uint32_t)(have >> 32)},
    };
    return (int)syscall(SYS_capset, &header, data);
}

/*
 * Nobody would keep a sandbox whose shim was killed. A change of identity resets this, so it comes
 * after; had the shim died before, its end of the socket would be closed.
 */
int die_with_shim(struct shim *shim) {
    struct pollfd gate = {.fd = shim->gate[1], .events = POLLIN};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || poll(&gate, 1, 0) < 0) {
        return -1;
    }
    return gate.revents & POLLHUP ? failed_as(ECANCELED, "the shim was killed") : 0;
}

static void reset_signals(void) {
    for (int signal_number = 1; signal_number < 32; signal_number++) {
        if (signal_number != SIGKILL && signal_number != SIGSTOP) {
            signal(signal_number, SIG_DFL);
        }
    }
}

static int load_filter(const struct filter_spec *filter) {
    const struct sock_fprog program = {
        .len = (unsigned short)(filter->bytes / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)filter->program,
    };
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* Before Linux 5.11 one by one. The lowest are given out first, and we never have a thousand. */
static int keep_no_descriptors(void) {
    if (!close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    for (int descriptor = 3; descriptor < 4096; descriptor++) {
        if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) && errno != EBADF) {
            return -1;
        }
    }
    return 0;
}

int filter_system_calls(struct shim *shim) {
    reset_signals();
    if (setsid() < 0 && errno != EPERM) {
        return -1;
    }
    if (keep_no_descriptors() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        return -1;
    }
    for (size_t i = 0; i < shim->spec.filter_count; i++) {
        if (load_filter(&shim->spec.filters[i])) {
            return -1;
        }
    }
    return 0;
}

static const char *variable(char **environment, const char *name) {
    size_t length = strlen(name);
    for (; *environment; environment++) {
        if (!strncmp(*environment, name, length) && (*environment)[length] == '=') {
            return *environment + length + 1;
        }
    }
    return NULL;
}

/* Tries every directory of PATH; a command that was found but may not be executed is remembered. */
static int search_and_execute(struct spec *spec) {
    char path[4096];
    const char *directories = variable(spec->envp, "PATH");
    int denied = 0;
    for (const char *at = directories ? directories : DEFAULT_PATH; at;) {
        const char *colon = strchr(at, ':');
        int length = colon ? (int)(colon - at) : (int)strlen(at);
        if (length &&
            snprintf(path, sizeof path, "%.*s/%s", length, at, spec->argv[0]) < (int)sizeof path) {
            execve(path, spec->argv, spec->envp);
            if (errno == EACCES) {
                denied = EACCES;
            } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
                return -1;
            }
        }
        at = colon ? colon + 1 : NULL;
    }
    errno = denied ? denied : ENOENT;
    return -1;
}

int execute(struct shim *shim) {
    static char home[sizeof "HOME=" + sizeof identity.home];
    struct spec *spec = &shim->spec;
    if (!variable(spec->envp, "HOME")) {
        snprintf(home, sizeof home, "HOME=%s", *identity.home ? identity.home : "/");
        spec->envp[spec->env_count++] = home;
    }
    if (spec->terminal && !variable(spec->envp, "TERM")) {
        spec->envp[spec->env_count++] = "TERM=xterm";
    }
    if (strchr(spec->argv[0], '/')) {
        execve(spec->argv[0], spec->argv, spec->envp);
    } else {
        search_and_execute(spec);
    }
    return failed(spec->argv[0]);
}
