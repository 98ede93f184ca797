/*
 * gantry-names: answers the names of runs on the bridges of this host, whether or not the service
 * that started it lives. README.md tells what is in the directory that it is given.
 */
#define _GNU_SOURCE
#include "confine.h"
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_FD = 3, DESCRIPTORS_MAX = 4096 };

static int directory = -1, zones = -1;
static const char *version;

/* Own session, nothing inherited but the status pipe, no signals but the last. */
static int detach(void) {
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || close_range(STATUS_FD + 1, ~0U, 0)) {
        return -1;
    }
    for (int i = 0; i < STATUS_FD; i++) {
        dup2(null, i);
    }
    struct rlimit descriptors;
    if (getrlimit(RLIMIT_NOFILE, &descriptors)) {
        return -1;
    }
    if (descriptors.rlim_max > DESCRIPTORS_MAX) {
        descriptors.rlim_max = DESCRIPTORS_MAX;
    }
    descriptors.rlim_cur = descriptors.rlim_max;
    static const int IGNORED[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof IGNORED / sizeof *IGNORED; i++) {
        signal(IGNORED[i], SIG_IGN);
    }
    setsid();
    umask(022);
    return setrlimit(RLIMIT_NOFILE, &descriptors);
}

/* The descriptor stays open: one server at a time. */
static int lock(void) {
    int file = openat(directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return file < 0 ? -1 : flock(file, LOCK_EX | LOCK_NB);
}

/* When we started, in the kernel's ticks: field 22 of proc_pid_stat(5). */
static unsigned long long start_time(void) {
    char text[1024];
    int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    if (n <= 0) {
        return 0;
    }
    text[n] = 0;
    char *at = strrchr(text, ')');
    for (int field = 2; at && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

static int write_identity(void) {
    char text[256];
    int length = snprintf(text, sizeof text, "%d %llu %s\n", getpid(), start_time(), version);
    int file = openat(directory, "server.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = file >= 0 && write(file, text, (size_t)length) == length;
    close(file);
    return written ? renameat(directory, "server.new", directory, "server") : -1;
}

static int open_directories(const char *path) {
    directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    zones = openat(directory, "zones", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return zones < 0 ? -1 : 0;
}

static void tell(const char *text) {
    ssize_t n;
    do {
        n = write(STATUS_FD, text, strlen(text));
    } while (n < 0 && errno == EINTR);
    close(STATUS_FD);
}

static int fail(const char *stage) {
    char text[128];
    snprintf(text, sizeof text, "failed %s %d\n", stage, errno);
    tell(text);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fputs("usage: gantry-names DIRECTORY VERSION   (zones are in DIRECTORY/zones)\n", stderr);
        return 64;
    }
    version = arguments[2];
    if (detach()) {
        return fail("detach");
    }
    if (open_directories(arguments[1])) {
        return fail("directory");
    }
    if (lock()) {
        return fail("lock");
    }
    if (write_identity()) {
        return fail("identity");
    }
    if (enter(zones) || drop_privileges() || filter_system_calls()) {
        return fail("confinement");
    }
    if (!open_server(zones)) {
        return fail("zones");
    }
    tell("ready\n");
    serve_forever();
}
