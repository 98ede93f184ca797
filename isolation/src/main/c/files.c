/* Small files: state, counters, the kernel's knobs. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int write_all(int file, const char *text) {
    size_t length = strlen(text);
    ssize_t n = write(file, text, length);
    if (n >= 0 && (size_t)n != length) {
        errno = ENOSPC;
    }
    return n == (ssize_t)length ? 0 : -1;
}

int write_file(int directory, const char *path, const char *text) {
    int file = openat(directory, path, O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        return failed(path);
    }
    int result = write_all(file, text) ? failed(path) : 0;
    int error = errno;
    close(file);
    errno = error;
    return result;
}

/* The new content or the old one, never a part; on disk when durable. */
int replace_file(int directory, const char *name, const char *text, bool durable) {
    char temporary[64];
    snprintf(temporary, sizeof temporary, "%s.new", name);
    int file =
        openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return failed(temporary);
    }
    /* Synced under its name, the file is there with its name: fsync(2) of the directory, which is as
     * slow again, is not needed. If the machine stops before, it may be empty, or not there. */
    int result = write_all(file, text) || renameat(directory, temporary, directory, name) ||
                         (durable && fsync(file))
                     ? -1
                     : 0;
    int error = errno;
    close(file);
    errno = error;
    return result ? failed(name) : 0;
}

/* The number after `key ` at the start of a line; 0 when there is none. */
uint64_t read_counter(const char *path, const char *key) {
    char text[4096];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t n = read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    size_t length = strlen(key);
    for (char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (!strncmp(line, key, length) && line[length] == ' ') {
            return strtoull(line + length + 1, NULL, 10);
        }
    }
    return 0;
}
