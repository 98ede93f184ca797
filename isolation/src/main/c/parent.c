/* The shim's stages from its start until the command was executed. */
#define _GNU_SOURCE
#include "shim.h"

#include "kernel.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Nothing of whoever started us stays: no descriptor, session, signal or working directory. */
int detach(struct shim *shim) {
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
        close_range(STATUS_FD + 1, ~0U, 0) || fcntl(STATUS_FD, F_SETFD, FD_CLOEXEC)) {
        return -1;
    }
    setsid(); /* fails when we lead one already, which is as well */
    for (int signal_number = 1; signal_number < 32; signal_number++) {
        if (signal_number != SIGKILL && signal_number != SIGSTOP && signal_number != SIGCHLD) {
            signal(signal_number, SIG_IGN);
        }
    }
    signal(SIGCHLD, SIG_DFL); /* if it is ignored, there is no status to wait for */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(022);
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_DUMPABLE, 0); /* nobody in a sandbox may look at us */
    prctl(PR_SET_NAME, "gantry-shim");
    shim->directory = open(shim->directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return shim->directory < 0 || chdir("/") ? failed(shim->directory_path) : 0;
}

static int open_spec(struct shim *shim, const char *name) {
    if (shim->spec_file >= 0) {
        close(shim->spec_file);
    }
    shim->spec_file = openat(shim->directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return shim->spec_file < 0 ? failed(name) : 0;
}

/* All of it, or as much as can be done ahead: the rest comes when the sandbox is told to go. */
int read_standing_spec(struct shim *shim) {
    return open_spec(shim, shim->standing_spec) || spec_read(shim->spec_file, &shim->spec) ||
                   spec_check_standing(&shim->spec)
               ? -1
               : 0;
}

int read_spec(struct shim *shim) {
    spec_free(&shim->spec);
    return open_spec(shim, "spec") || spec_read(shim->spec_file, &shim->spec) ||
                   spec_check(&shim->spec)
               ? -1
               : 0;
}

/* Field 22 of /proc/<pid>/stat: with it, a reused pid is recognised. */
static uint64_t start_time(pid_t pid) {
    char path[32], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t n = read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    char *at = strrchr(text, ')'); /* a name may hold anything */
    for (int field = 2; at && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

/* After the next boot, number and start time may be another's. */
static void read_boot_id(char *id, size_t size) {
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? 0 : read(file, id, size - 1);
    if (file >= 0) {
        close(file);
    }
    id[n > 0 ? n : 0] = 0;
    id[strcspn(id, "\n")] = 0;
}

/* Before anything else exists, so that whoever comes next can find and kill us. */
int write_identity(struct shim *shim) {
    char text[128], boot[40];
    read_boot_id(boot, sizeof boot);
    snprintf(text, sizeof text, "%d %llu %s\n", getpid(), (unsigned long long)start_time(getpid()),
             boot);
    return replace_file(shim->directory, "shim.pid", text, false);
}

int open_channels(struct shim *shim) {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, shim->gate) ||
        pipe2(shim->reports, O_CLOEXEC) || pipe2(shim->output[0], O_CLOEXEC) ||
        pipe2(shim->output[1], O_CLOEXEC)) {
        return -1;
    }
    /* The sandbox's root owns the pipes, so that /dev/stdout can be opened, and chowned on. */
    for (int i = 0; i < 2; i++) {
        if (fchown(shim->output[i][1], shim->spec.id_base, shim->spec.id_base) ||
            fcntl(shim->output[i][0], F_SETFL, O_NONBLOCK)) {
            return -1;
        }
    }
    const struct spec *spec = &shim->spec;
    shim->oom_kills = spec->oom_file ? read_counter(spec->oom_file, spec->oom_key) : 0;
    return 0;
}

/*
 * All namespaces but the control groups', which the child makes when it is in its group: that group
 * shall be its root.
 */
int clone_child(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    struct clone_args args = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_PIDFD | (spec->host_network ? 0 : CLONE_NEWNET),
        .pidfd = (uint64_t)(uintptr_t)&shim->init_pidfd,
        .exit_signal = SIGCHLD,
    };
    int cgroup = -1;
    if (spec->cgroup_dir) {
        cgroup = open(spec->cgroup_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (cgroup < 0) {
            return failed(spec->cgroup_dir);
        }
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup;
    }
    shim->init = clone3(&args);
    if (shim->init == 0) {
        _exit(child_main(shim));
    }
    int error = errno;
    close(cgroup);
    close(shim->gate[1]);
    close(shim->reports[1]);
    close(shim->output[0][1]);
    close(shim->output[1][1]);
    errno = error;
    return shim->init < 0 ? -1 : 0;
}

int map_ids(struct shim *shim) {
    char path[64], map[64];
    snprintf(map, sizeof map, "0 %u %u\n", shim->spec.id_base, shim->spec.id_count);
    snprintf(path, sizeof path, "/proc/%d/uid_map", shim->init);
    if (write_file(AT_FDCWD, path, map)) {
        return -1;
    }
    snprintf(path, sizeof path, "/proc/%d/gid_map", shim->init);
    if (write_file(AT_FDCWD, path, map)) {
        return -1;
    }
    snprintf(path, sizeof path, "/proc/%d/ns/user", shim->init);
    shim->user_namespace = open(path, O_RDONLY | O_CLOEXEC);
    return shim->user_namespace < 0 ? failed(path) : 0;
}

int join_cgroups(struct shim *shim) {
    char pid[16];
    snprintf(pid, sizeof pid, "%d", shim->init);
    for (size_t i = 0; i < shim->spec.procs_count; i++) {
        if (write_file(AT_FDCWD, shim->spec.procs[i], pid)) {
            return -1;
        }
    }
    return 0;
}

/* The child has its ids, its control group and its interface: it can make what is its own. */
int settle_child(struct shim *shim) {
    return send(shim->gate[0], "s", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Gives the child specification and mounts in one message; that it came means that all is ready. */
int release_child(struct shim *shim) {
    int descriptors[HANDED_MAX];
    size_t count = 0;
    descriptors[count++] = shim->spec_file;
    descriptors[count++] = shim->rootfs;
    for (size_t i = 0; i < COUNT(shim->name_files); i++) {
        descriptors[count++] = shim->name_files[i];
    }
    for (size_t i = 0; i < shim->spec.mount_count; i++) {
        if (shim->spec.mounts[i].kind == MOUNT_BIND) {
            descriptors[count++] = shim->volumes[i];
        }
    }
    char control[CMSG_SPACE(sizeof descriptors)] = {0};
    struct iovec go = {.iov_base = "g", .iov_len = 1};
    struct msghdr message = {.msg_iov = &go,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    if (sendmsg(shim->gate[0], &message, MSG_NOSIGNAL) != 1) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        close(descriptors[i]);
    }
    shim->spec_file = -1;
    return 0;
}

static int read_report(struct shim *shim, struct report *report) {
    ssize_t n;
    do {
        n = read(shim->reports[0], report, sizeof *report);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *report ? 1 : (int)n;
}

/* The child's mounts are made, as far as they need no image. */
int await_standing(struct shim *shim) {
    if (shim->child_stands) {
        return 0;
    }
    struct report report;
    int got = read_report(shim, &report);
    if (got == 1 && report.error == 0) {
        shim->child_stands = true;
        return 0;
    }
    if (got == 1) {
        shim->child_failure = report;
    }
    return failed_as(ECANCELED, "the first process was killed");
}

/*
 * The child reports a failed stage, or, with error 0, that it is about to exec; the pipe closes
 * when it did. A command that cannot be executed is an exit (127 or 126) with its reason, and no
 * failed start: as with Docker.
 */
int await_exec(struct shim *shim, struct report *report) {
    int got = read_report(shim, report);
    if (got == 1 && report->error == 0) {
        char byte;
        size_t streams;
        take_streams(shim->gate[0], &byte, 1, &shim->console, &streams);
        got = read_report(shim, &shim->exec_failure);
        shim->started_ns = now_ns();
        close(shim->gate[0]);
        close(shim->reports[0]);
        return got < 0 ? -1 : 0;
    }
    if (got != 1) {
        *report = (struct report){ECANCELED, "start", "the first process was killed"};
    }
    return -1;
}

static int say(const char *text) {
    ssize_t n;
    do {
        n = write(STATUS_FD, text, strlen(text));
    } while (n < 0 && errno == EINTR);
    return n < 0 ? -1 : 0;
}

/* The last word. */
static int tell(const char *text) {
    say(text);
    return close(STATUS_FD); /* whether or not anybody listens still */
}

int tell_warm(struct shim *shim) {
    (void)shim;
    return say("warm\n");
}

/*
 * A byte says that the specification is complete. When the starter is gone instead, or our child,
 * we go too, and with us the namespaces and the interface.
 */
int await_go(struct shim *shim) {
    struct pollfd polled[] = {{.fd = STATUS_FD, .events = POLLIN},
                              {.fd = shim->init_pidfd, .events = POLLIN}};
    while (poll(polled, COUNT(polled), -1) < 0) {
        /* EINTR: there is no other error for valid arguments */
    }
    char byte;
    if (polled[1].revents || read(STATUS_FD, &byte, 1) != 1) {
        return failed_as(ECANCELED, "nobody needs it any more");
    }
    return 0;
}

void tell_probed(void) {
    tell("probed\n");
}

void tell_failure(const struct report *report) {
    char text[sizeof *report + 64];
    snprintf(text, sizeof text, "failed %s %d %s\n", report->stage, report->error, report->detail);
    tell(text);
}

/* The state first: whoever reads it finds a sandbox that runs. */
int tell_started(struct shim *shim) {
    char text[128];
    snprintf(text, sizeof text, "started %d %llu %llu\n", shim->init,
             (unsigned long long)start_time(shim->init), (unsigned long long)shim->started_ns);
    return replace_file(shim->directory, "state", text, false) || tell(text) ? -1 : 0;
}
