#define _GNU_SOURCE
#include "exec.h"

#include "child.h"
#include "kernel.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>

enum {
    READ_BYTES_MAX = 64 << 10,
    PATIENCE_MS = 2000, /* from SIGHUP to SIGKILL */
    QUIET_MS = 100,     /* what a terminal's process wrote last has come by then */
};

static void shut(int *descriptor) {
    if (*descriptor >= 0) {
        close(*descriptor);
    }
    *descriptor = -1;
}

static void shut_streams(struct process *process) {
    if (!process->terminal) {
        shut(&process->input);
    }
    process->input = -1;
    shut(&process->output[0]);
    shut(&process->output[1]);
}

static void send_signal(int pidfd, int number) {
    syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/* ---- asking for one */

static bool overridden(const struct spec *asked, const char *variable) {
    size_t length = strcspn(variable, "=") + 1;
    for (size_t i = 0; i < asked->env_count; i++) {
        if (!strncmp(asked->envp[i], variable, length)) {
            return true;
        }
    }
    return false;
}

/* The launcher's copy of the specification: that of the sandbox's process, but for what was asked. */
static int merge(struct spec *spec, const struct spec *asked) {
    char **envp = calloc(spec->env_count + asked->env_count + 3, sizeof(char *));
    size_t count = 0;
    if (!envp) {
        return -1;
    }
    for (size_t i = 0; i < spec->env_count; i++) {
        if (!overridden(asked, spec->envp[i])) {
            envp[count++] = spec->envp[i];
        }
    }
    memcpy(envp + count, asked->envp, asked->env_count * sizeof(char *));
    spec->envp = envp;
    spec->env_count = count + asked->env_count;
    spec->argv = asked->argv;
    spec->arg_count = asked->arg_count;
    spec->workdir = *asked->workdir ? asked->workdir : spec->workdir;
    spec->user = *asked->user ? asked->user : spec->user;
    spec->stdin_open = asked->stdin_open;
    spec->terminal = asked->terminal;
    spec->terminal_rows = asked->terminal_rows;
    spec->terminal_columns = asked->terminal_columns;
    return 0;
}

/* ---- the launcher: from our namespaces to the sandbox's */

enum { CHANNEL_FD = 3, INIT_FD = 4 };

static volatile pid_t *process_number;
static int process_main(struct shim *shim);

/* By the pidfd, in one call: there is no moment at which it is only in some of them. */
static int enter_namespaces(struct shim *shim) {
    (void)shim;
    int result = setns(INIT_FD, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
    close(INIT_FD);
    return result;
}

static int give_own_limits(struct shim *shim) {
    return raise_limits(&shim->spec, getpid());
}

/* It takes the files that this opens as long as a quiet kernel likes: so the shim does not do it. */
static int join_groups(struct shim *shim) {
    for (size_t i = 0; i < shim->spec.procs_count; i++) {
        if (write_file(AT_FDCWD, shim->spec.procs[i], "0")) {
            return -1;
        }
    }
    return 0;
}

/* Of all that the shim has open, these two stay. */
static int keep_descriptors(struct shim *shim) {
    int channel = fcntl(shim->gate[1], F_DUPFD_CLOEXEC, INIT_FD + 1);
    int init = fcntl(shim->init_pidfd, F_DUPFD_CLOEXEC, INIT_FD + 1);
    if (channel < 0 || init < 0 || dup3(channel, CHANNEL_FD, O_CLOEXEC) < 0 ||
        dup3(init, INIT_FD, O_CLOEXEC) < 0) {
        return -1;
    }
    shim->gate[1] = CHANNEL_FD;
    shim->output[0][1] = shim->output[1][1] = -1;
    return close_range(INIT_FD + 1, ~0U, 0);
}

/* A sibling of ours, so that the shim is who waits for it; the kernel notes its number there. */
static int fork_process(struct shim *shim) {
    struct clone_args args = {
        .flags = CLONE_PARENT | CLONE_PARENT_SETTID,
        .parent_tid = (uint64_t)(uintptr_t)process_number,
    };
    pid_t process = clone3(&args);
    if (process == 0) {
        _exit(process_main(shim));
    }
    return process < 0 ? -1 : 0;
}

static const struct stage LAUNCHING[] = {
    {"descriptors", keep_descriptors},
    {"limits", give_own_limits},
    {"cgroup", join_groups},
    {"namespaces", enter_namespaces},
    {"fork", fork_process},
};

static int launcher_main(struct shim *shim) {
    struct report report;
    if (run_stages(shim, LAUNCHING, COUNT(LAUNCHING), &report)) {
        send(CHANNEL_FD, &report, sizeof report, MSG_NOSIGNAL);
        return 1;
    }
    return 0;
}

/* ---- the process: from there to its exec */

static int open_root(struct shim *shim) {
    (void)shim;
    roots.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return roots.root < 0 ? -1 : 0;
}

static int enter_directory(struct shim *shim) {
    const char *path = *shim->spec.workdir ? shim->spec.workdir : "/";
    int directory = open_in_root(roots.root, path, O_PATH | O_DIRECTORY, 0);
    return directory < 0 || fchdir(directory) ? failed(path) : close(directory);
}

static const struct stage EXECUTING[] = {
    {"root-identity", become_root},
    {"root", open_root},
    {"user", find_user},
    {"streams", open_streams},
    {"workdir", enter_directory},
    {"resource-limits", limit_resources},
    {"privileges", drop_privileges},
    {"seccomp", filter_system_calls},
    {"exec", execute},
};

static int process_main(struct shim *shim) {
    struct report report;
    run_stages(shim, EXECUTING, COUNT(EXECUTING), &report); /* returns only when one failed */
    send(CHANNEL_FD, &report, sizeof report, MSG_NOSIGNAL);
    return exit_code(&report);
}

/* ---- the shim */

static pid_t clone_launcher(struct shim *shim, int *pidfd) {
    const struct spec *spec = &shim->spec;
    struct clone_args args = {
        .flags = CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
    };
    int cgroup = -1;
    if (spec->cgroup_dir) {
        cgroup = open(spec->cgroup_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (cgroup < 0) {
            failed(spec->cgroup_dir);
            return -1;
        }
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup;
    }
    pid_t launcher = clone3(&args);
    if (launcher) {
        int error = errno;
        close(cgroup);
        errno = error;
    }
    return launcher;
}

void process_init(struct process *process, volatile pid_t *number) {
    *process = (struct process){.number = number,
                                .launcher_pidfd = -1,
                                .pidfd = -1,
                                .channel = -1,
                                .input = -1,
                                .output = {-1, -1},
                                .watched_channel = -1,
                                .watched_pidfd = -1,
                                .watched_output = {-1, -1}};
}

int process_launch(struct shim *shim, struct process *process, const struct spec *asked) {
    int channel[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) {
        return failed("channel");
    }
    process_init(process, process->number);
    *process->number = 0;
    process->launcher = clone_launcher(shim, &process->launcher_pidfd);
    if (process->launcher == 0) {
        shim->gate[1] = channel[1];
        process_number = process->number;
        _exit(merge(&shim->spec, asked) ? EXIT_SETUP : launcher_main(shim));
    }
    int error = errno;
    close(channel[1]);
    if (process->launcher < 0) {
        close(channel[0]);
        errno = error;
        return failed("clone");
    }
    process->state = PROCESS_STARTING;
    process->channel = channel[0];
    process->terminal = asked->terminal;
    return 0;
}

static void keep_streams(struct process *process, const int *descriptors, size_t count) {
    if (process->terminal) {
        process->input = process->output[0] = descriptors[0];
        return;
    }
    if (count == STREAMS_MAX) {
        process->input = *descriptors++;
    }
    process->output[0] = descriptors[0];
    process->output[1] = descriptors[1];
}

static void tell_failure_to(struct client *client, const struct report *failure) {
    char text[sizeof *failure + 64];
    int length = snprintf(text, sizeof text, "%s %d %s", failure->stage, failure->error,
                          failure->detail);
    client_put(client, TELL_FAILED, text, (size_t)length);
    client->ending = true;
}

static void tell_begun(const struct process *process, struct client *client) {
    char text[sizeof process->failure + 64];
    client_put(client, TELL_BEGUN, "", 0);
    if (process->failure.error) {
        int length = snprintf(text, sizeof text, "gantry: %s: %s\n", process->failure.detail,
                              strerror(process->failure.error));
        client_put(client, process->terminal ? TELL_OUTPUT : TELL_ERROR, text, (size_t)length);
    }
}

/* Nobody holds the other end of the channel any more: it was executed, or it gave up. */
static void settle(struct process *process, struct client *client) {
    shut(&process->channel);
    waitpid(process->launcher, NULL, 0);
    shut(&process->launcher_pidfd);
    struct report *failure = &process->failure;
    pid_t number = *process->number;
    bool executed = number && (!failure->error || !strcmp(failure->stage, "exec"));
    if (executed) {
        process->pidfd = (int)syscall(SYS_pidfd_open, number, 0);
    }
    if (executed && process->pidfd >= 0) {
        process->state = PROCESS_RUNNING;
        if (client) {
            tell_begun(process, client);
        }
        return;
    }
    if (number) {
        kill(number, SIGKILL); /* it is going already, unless we could not get a descriptor */
        waitpid(number, NULL, 0);
    }
    if (!failure->error) {
        *failure = (struct report){ECANCELED, "exec", "it was killed"};
    }
    shut_streams(process);
    process->state = PROCESS_NONE;
    if (client) {
        tell_failure_to(client, failure);
    }
}

static void hear(struct process *process, struct client *client) {
    int descriptors[STREAMS_MAX];
    size_t count;
    struct report report = {0};
    ssize_t n = take_streams(process->channel, &report, sizeof report, descriptors, &count);
    if (count) {
        keep_streams(process, descriptors, count);
    } else if (n == (ssize_t)sizeof report) {
        process->failure = report;
    } else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        settle(process, client);
    }
}

static void reap(struct process *process) {
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG) || !info.si_pid) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (ioctl(process->output[i], FIONREAD, &process->left[i])) {
            process->left[i] = 0;
        }
    }
    process->code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    shut(&process->pidfd);
    process->state = PROCESS_ENDED;
    if (!process->terminal) {
        shut(&process->input);
    }
}

/* Returns whether there may be more. */
static bool forward(struct process *process, int which, struct client *client) {
    size_t room = client_room(client);
    if (process->output[which] < 0 || room < ROOM_LEAST) {
        return process->output[which] >= 0;
    }
    room = room < READ_BYTES_MAX ? room : READ_BYTES_MAX;
    if (process->state == PROCESS_ENDED && !process->terminal) {
        room = room < (size_t)process->left[which] ? room : (size_t)process->left[which];
        process->left[which] -= (int)room;
    }
    ssize_t n = read(process->output[which], client_reserve(client), room);
    if (n > 0) {
        client_commit(client, which ? TELL_ERROR : TELL_OUTPUT, (size_t)n);
        return true;
    }
    if (!room || (n < 0 && (errno == EAGAIN || errno == EINTR))) {
        return false;
    }
    if (which == 0 && process->terminal) {
        process->input = -1; /* the same descriptor */
    }
    shut(&process->output[which]);
    return false;
}

/* What was in its pipes then is all that counts: others may have inherited it, and go on. */
static void finish(struct process *process, struct client *client) {
    bool more = forward(process, 0, client) | forward(process, 1, client);
    if (process->terminal && process->output[0] >= 0 && !more) {
        process->quiet_ms = process->quiet_ms ? process->quiet_ms : monotonic_ms();
        more = monotonic_ms() - process->quiet_ms < QUIET_MS;
    }
    if (more || client_room(client) < ROOM_LEAST) {
        return;
    }
    uint8_t code[4] = {0, 0, (uint8_t)(process->code >> 8), (uint8_t)process->code};
    client_put(client, TELL_EXIT, code, sizeof code);
    client->ending = true;
    shut_streams(process);
    process->state = PROCESS_NONE;
}

void process_watch(struct process *process, struct watches *watches, const struct client *client) {
    bool room = client && client_room(client) >= ROOM_LEAST && process->state >= PROCESS_RUNNING;
    process->watched_channel =
        process->state == PROCESS_STARTING ? watch(watches, process->channel, POLLIN) : -1;
    process->watched_pidfd =
        process->state == PROCESS_RUNNING ? watch(watches, process->pidfd, POLLIN) : -1;
    for (int i = 0; i < 2; i++) {
        process->watched_output[i] = room ? watch(watches, process->output[i], POLLIN) : -1;
    }
    if (process->state == PROCESS_ENDED && room) {
        wake_within(watches, process->quiet_ms ? QUIET_MS : 0);
    }
    if (process->hung_up_ms && process->state != PROCESS_NONE) {
        uint64_t passed = monotonic_ms() - process->hung_up_ms;
        wake_within(watches, passed < PATIENCE_MS ? PATIENCE_MS - passed : PATIENCE_MS);
    }
}

static void insist(struct process *process) {
    if (monotonic_ms() - process->hung_up_ms >= PATIENCE_MS) {
        kill(-*process->number, SIGKILL);
        send_signal(process->pidfd, SIGKILL);
    }
}

void process_serve(struct process *process, const struct watches *watches, struct client *client) {
    if (seen(watches, process->watched_channel)) {
        hear(process, client);
    }
    for (int i = 0; client && i < 2; i++) {
        if (seen(watches, process->watched_output[i])) {
            forward(process, i, client);
        }
    }
    if (seen(watches, process->watched_pidfd)) {
        reap(process);
    }
    if (process->state == PROCESS_ENDED && client) {
        finish(process, client);
    }
    if (process->hung_up_ms && process->state == PROCESS_RUNNING) {
        insist(process);
    }
    if (process->state == PROCESS_ENDED && !client) {
        shut_streams(process);
        process->state = PROCESS_NONE;
    }
}

void process_hang_up(struct process *process) {
    process->hung_up_ms = monotonic_ms();
    if (process->state == PROCESS_STARTING) {
        send_signal(process->launcher_pidfd, SIGKILL);
        if (*process->number) {
            kill(*process->number, SIGKILL);
        }
    } else if (process->state == PROCESS_RUNNING) {
        kill(-*process->number, SIGHUP); /* its number is its own until we reap it */
        kill(-*process->number, SIGCONT);
    }
    if (process->state >= PROCESS_RUNNING) {
        shut_streams(process);
    }
}

void process_signal(const struct process *process, int number) {
    if (process->state == PROCESS_RUNNING) {
        send_signal(process->pidfd, number);
    }
}

/* A terminal's end is told by its end-of-file character. */
void process_end_input(struct process *process) {
    if (process->terminal) {
        end_terminal_input(process->input);
    } else {
        shut(&process->input);
    }
}
