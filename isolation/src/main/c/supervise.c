/* The shim's life while the sandbox runs: its output goes to the log, its end to the record. */
#define _GNU_SOURCE
#include "shim.h"

#include "control.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES_MAX = 256 << 10, PIPE_BYTES = 64 << 10, PIPE_BYTES_FLOODED = 1 << 20 };

static struct output output = {.streams = {{.name = "stdout"}, {.name = "stderr"}}};

static void shut(struct shim *shim, struct stream *stream) {
    if (stream->descriptor == shim->console) {
        shim->console = -1; /* a terminal that nobody has open any more */
    }
    close(stream->descriptor);
    stream->descriptor = -1;
}

static void pump(struct shim *shim, int which) {
    static char bytes[READ_BYTES_MAX];
    struct stream *stream = &output.streams[which];
    size_t room = control_room();
    ssize_t n = read(stream->descriptor, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (n >= PIPE_BYTES) {
        fcntl(stream->descriptor, F_SETPIPE_SZ, PIPE_BYTES_FLOODED); /* fewer turns for as much */
    }
    if (n > 0) {
        control_output(which, bytes, (size_t)n);
        log_write(&output.log, stream, bytes, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        shut(shim, stream);
    }
}

/* Its namespace's first process ended, so they all did: what is in the pipes is all there is. */
static void drain(struct shim *shim) {
    for (int i = 0; i < 2; i++) {
        struct pollfd polled = {.fd = output.streams[i].descriptor, .events = POLLIN};
        while (output.streams[i].descriptor >= 0 && poll(&polled, 1, 0) == 1) {
            control_make_room(&output);
            pump(shim, i);
        }
        log_finish(&output.log, &output.streams[i]);
    }
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/*
 * A flood of output costs us processor time, which the sandbox's control group does not see: so
 * that we do not take more than its share, we then rest, and it waits at its full pipe. Returns how
 * many milliseconds.
 */
static uint64_t rest_ms(uint64_t budget_micros) {
    static uint64_t window_ns, used_before_ns;
    const uint64_t period_ns = 100000000;
    uint64_t now = clock_ns(CLOCK_MONOTONIC), used = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (now - window_ns >= period_ns) {
        window_ns = now;
        used_before_ns = used;
    } else if (budget_micros && used - used_before_ns > budget_micros * 1000) {
        return (period_ns - (now - window_ns)) / 1000000 + 1;
    }
    return 0;
}

/* One round: waits for whatever comes next, and does it. False when the sandbox has ended. */
static bool attend(struct shim *shim) {
    static struct watches watches;
    int outputs[2] = {-1, -1};
    uint64_t rest = rest_ms(shim->spec.log_cpu_micros);
    watches.count = 0;
    watches.timeout_ms = -1;
    if (rest) {
        wake_within(&watches, rest);
    }
    int init = watch(&watches, shim->init_pidfd, POLLIN);
    control_watch(shim, &watches, &output, rest);
    for (int i = 0; i < 2 && !rest && control_room(); i++) {
        outputs[i] = watch(&watches, output.streams[i].descriptor, POLLIN);
    }
    if (poll(watches.polled, watches.count, watches.timeout_ms) < 0) {
        return true; /* EINTR: there is no other error for valid arguments */
    }
    for (int i = 0; i < 2; i++) {
        if (seen(&watches, outputs[i]) && control_room()) {
            pump(shim, i);
        }
    }
    log_flush(&output.log);
    control_serve(shim, &watches, &output);
    return !seen(&watches, init);
}

static int exit_code_of(const siginfo_t *info) {
    return info->si_code == CLD_EXITED ? info->si_status : 128 + info->si_status;
}

static int write_exit(struct shim *shim, const siginfo_t *info, uint64_t exited_ns) {
    const struct spec *spec = &shim->spec;
    const struct report *failure = &shim->exec_failure;
    bool signalled = info->si_code != CLD_EXITED;
    bool oom = spec->oom_file && read_counter(spec->oom_file, spec->oom_key) > shim->oom_kills;
    char text[512];
    int length = snprintf(
        text, sizeof text, "code %d\nsignal %d\noom %d\nstarted %llu\nexited %llu\n",
        exit_code_of(info), signalled ? info->si_status : 0, oom,
        (unsigned long long)shim->started_ns, (unsigned long long)exited_ns);
    if (failure->error) {
        snprintf(text + length, sizeof text - (size_t)length, "failure %s %d %s\n", failure->stage,
                 failure->error, failure->detail);
    }
    return replace_file(shim->directory, "exit", text, true);
}

int open_log(struct shim *shim) {
    log_open(&output.log, shim->directory, shim->spec.log_bytes, shim->spec.log_files);
    return 0; /* a sandbox runs without its log, too */
}

static void take_output(struct shim *shim) {
    for (int i = 0; i < 2; i++) {
        output.streams[i].descriptor = shim->output[i][0];
    }
    if (shim->spec.terminal) {
        close(output.streams[0].descriptor);
        output.streams[0].descriptor = shim->console;
    }
}

int supervise(struct shim *shim) {
    siginfo_t info = {0};
    take_output(shim);
    while (attend(shim)) {
    }
    drain(shim);
    uint64_t exited_ns = now_ns();
    while (waitid(P_PIDFD, (id_t)shim->init_pidfd, &info, WEXITED) && errno == EINTR) {
    }
    /* A full disk must not lose an exit: it is tried until there is room, or nobody to read it. */
    while (write_exit(shim, &info, exited_ns) && errno != ENOENT) {
        sleep(1);
    }
    control_finish(shim, &output, exit_code_of(&info));
    return 0;
}
