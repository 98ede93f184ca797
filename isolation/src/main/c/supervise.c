/* The shim's life while the sandbox runs: its output goes to the log, its end to the record. */
#define _GNU_SOURCE
#include "shim.h"

#include "log.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { INIT, OUT, ERR, WATCHED };

static struct log output_log;
static struct stream streams[2] = {{.name = "stdout"}, {.name = "stderr"}};

static void pump(struct pollfd *polled, struct stream *stream) {
    if (polled->revents && !log_pump(&output_log, stream)) {
        close(stream->descriptor);
        polled->fd = -1;
    }
}

/* Its namespace's first process ended, so they all did: what is in the pipes is all there is. */
static void drain(struct pollfd *polled) {
    for (int i = 0; i < 2; i++) {
        struct pollfd *pipe = &polled[OUT + i];
        while (pipe->fd >= 0 && poll(pipe, 1, 0) == 1) {
            pump(pipe, &streams[i]);
        }
        log_finish(&output_log, &streams[i]);
    }
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/*
 * A flood of output costs us processor time, which the sandbox's control group does not see: so
 * that we do not take more than its share, we then rest, and it waits at its full pipe.
 */
static void rest_if_flooded(struct pollfd *init, uint64_t budget_micros) {
    static uint64_t window_ns, used_before_ns;
    const uint64_t period_ns = 100000000;
    uint64_t now = clock_ns(CLOCK_MONOTONIC), used = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (now - window_ns >= period_ns) {
        window_ns = now;
        used_before_ns = used;
    } else if (budget_micros && used - used_before_ns > budget_micros * 1000) {
        poll(init, 1, (int)((period_ns - (now - window_ns)) / 1000000) + 1);
    }
}

static void pump_until_exit(struct shim *shim) {
    struct pollfd polled[WATCHED] = {
        [INIT] = {.fd = shim->init_pidfd, .events = POLLIN},
        [OUT] = {.fd = shim->output[0][0], .events = POLLIN},
        [ERR] = {.fd = shim->output[1][0], .events = POLLIN},
    };
    while (!polled[INIT].revents) {
        if (poll(polled, WATCHED, -1) < 0) {
            continue; /* EINTR: there is no other error for valid arguments */
        }
        pump(&polled[OUT], &streams[0]);
        pump(&polled[ERR], &streams[1]);
        log_flush(&output_log);
        rest_if_flooded(&polled[INIT], shim->spec.log_cpu_micros);
    }
    drain(polled);
}

static int write_exit(struct shim *shim, const siginfo_t *info, uint64_t exited_ns) {
    const struct spec *spec = &shim->spec;
    const struct report *failure = &shim->exec_failure;
    bool signalled = info->si_code != CLD_EXITED;
    bool oom = spec->oom_file && read_counter(spec->oom_file, spec->oom_key) > shim->oom_kills;
    char text[512];
    int length = snprintf(
        text, sizeof text, "code %d\nsignal %d\noom %d\nstarted %llu\nexited %llu\n",
        signalled ? 128 + info->si_status : info->si_status, signalled ? info->si_status : 0, oom,
        (unsigned long long)shim->started_ns, (unsigned long long)exited_ns);
    if (failure->error) {
        snprintf(text + length, sizeof text - (size_t)length, "failure %s %d %s\n", failure->stage,
                 failure->error, failure->detail);
    }
    return replace_file(shim->directory, "exit", text, true);
}

int open_log(struct shim *shim) {
    log_open(&output_log, shim->directory, shim->spec.log_bytes, shim->spec.log_files);
    return 0; /* a sandbox runs without its log, too */
}

int supervise(struct shim *shim) {
    siginfo_t info = {0};
    streams[0].descriptor = shim->output[0][0];
    streams[1].descriptor = shim->output[1][0];
    pump_until_exit(shim);
    uint64_t exited_ns = now_ns();
    while (waitid(P_PIDFD, (id_t)shim->init_pidfd, &info, WEXITED) && errno == EINTR) {
    }
    /* A full disk must not lose an exit: it is tried until there is room, or nobody to read it. */
    while (write_exit(shim, &info, exited_ns) && errno != ENOENT) {
        sleep(1);
    }
    return 0;
}
