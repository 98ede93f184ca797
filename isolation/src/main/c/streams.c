/* Where the input of a process comes from and its output goes to: pipes, or a terminal. */
#define _GNU_SOURCE
#include "child.h"

#include "kernel.h"
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>

/* Our ends of what was made here; the shim keeps them. */
static int hand_over(int channel, const int *descriptors, size_t count) {
    char byte = 's', control[CMSG_SPACE(STREAMS_MAX * sizeof(int))] = {0};
    struct iovec iov = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    if (sendmsg(channel, &message, MSG_NOSIGNAL) != 1) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        close(descriptors[i]);
    }
    return 0;
}

/* By the sandbox's own devpts, and never by a path again: what is in /dev is the sandbox's. */
static int open_master(void) {
    struct statfs system;
    int directory = open_in_root(roots.root, "dev/pts", O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
    if (directory < 0 || fstatfs(directory, &system) || system.f_type != DEVPTS_SUPER_MAGIC) {
        return failed_as(ENODEV, "/dev/pts");
    }
    int unlocked = 0;
    int master = openat(directory, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
    close(directory);
    return master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) ? failed("/dev/pts/ptmx") : master;
}

static int open_terminal(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    struct winsize size = {.ws_row = spec->terminal_rows, .ws_col = spec->terminal_columns};
    int master = open_master();
    int terminal = master < 0 ? -1 : ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || fchown(terminal, identity.uid, (gid_t)-1) ||
        ioctl(terminal, TIOCSWINSZ, &size) || (setsid() < 0 && errno != EPERM) ||
        ioctl(terminal, TIOCSCTTY, 0)) {
        return failed("terminal");
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(terminal, i) < 0) {
            return -1;
        }
    }
    return hand_over(shim->gate[1], &master, 1);
}

/* What a sandbox has put in the place of its null device is not taken for one. */
static int open_null(void) {
    struct stat stat;
    int null = open_in_root(roots.root, "dev/null", O_RDWR | O_NOCTTY, RESOLVE_NO_SYMLINKS);
    if (null < 0 || fstat(null, &stat)) {
        return failed("/dev/null");
    }
    return S_ISCHR(stat.st_mode) && stat.st_rdev == makedev(1, 3)
               ? null
               : failed_as(ENODEV, "/dev/null");
}

static int become_stream(int descriptor, int number) {
    /* The user owns it, so that /dev/stdout can be opened. */
    return fchown(descriptor, identity.uid, identity.gid) || dup2(descriptor, number) < 0 ? -1 : 0;
}

int open_streams(struct shim *shim) {
    int ours[STREAMS_MAX], pipe[2], input;
    size_t count = 0;
    if (shim->spec.terminal) {
        return open_terminal(shim);
    }
    if (!shim->spec.stdin_open) {
        input = open_null();
        if (input < 0 || dup2(input, 0) < 0) {
            return -1;
        }
    } else {
        if (pipe2(pipe, O_CLOEXEC) || become_stream(pipe[0], 0)) {
            return -1;
        }
        ours[count++] = pipe[1];
    }
    for (int i = 0; i < 2; i++) {
        int output = shim->output[i][1];
        if (output < 0) {
            if (pipe2(pipe, O_CLOEXEC)) {
                return -1;
            }
            ours[count++] = pipe[0];
            output = pipe[1];
        }
        if (become_stream(output, i + 1)) {
            return -1;
        }
    }
    return count ? hand_over(shim->gate[1], ours, count) : 0;
}

/* The other side: what is there, without waiting. */
ssize_t take_streams(int channel, void *bytes, size_t length, int *descriptors, size_t *count) {
    char control[CMSG_SPACE(STREAMS_MAX * sizeof(int))];
    struct iovec iov = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *count = 0;
    if (header && header->cmsg_type == SCM_RIGHTS) {
        *count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors, CMSG_DATA(header), *count * sizeof(int));
        for (size_t i = 0; i < *count; i++) {
            fcntl(descriptors[i], F_SETFL, O_NONBLOCK | (fcntl(descriptors[i], F_GETFL) & O_ACCMODE));
        }
    }
    return n;
}

void end_terminal_input(int terminal) {
    struct termios settings;
    if (terminal >= 0 && !tcgetattr(terminal, &settings)) {
        ssize_t n = write(terminal, &settings.c_cc[VEOF], 1);
        (void)n; /* a full terminal has not ended */
    }
}
