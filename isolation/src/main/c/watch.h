/* What the shim waits for: one poll(2) for all. */
#pragma once
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { CLIENTS_MAX = 32, WATCHES_MAX = 8 + CLIENTS_MAX * 7 };

struct watches {
    struct pollfd polled[WATCHES_MAX];
    size_t count;
    int timeout_ms; /* -1: none */
};

/* Returns where its events will be; -1, which has none, for a descriptor that is closed. */
static inline int watch(struct watches *watches, int descriptor, short events) {
    if (descriptor < 0 || watches->count == WATCHES_MAX) {
        return -1;
    }
    watches->polled[watches->count] = (struct pollfd){.fd = descriptor, .events = events};
    return (int)watches->count++;
}

static inline short seen(const struct watches *watches, int index) {
    return index < 0 ? 0 : watches->polled[index].revents;
}

static inline void wake_within(struct watches *watches, uint64_t ms) {
    if (watches->timeout_ms < 0 || ms < (uint64_t)watches->timeout_ms) {
        watches->timeout_ms = (int)ms;
    }
}

static inline uint64_t monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
