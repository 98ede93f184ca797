#define _GNU_SOURCE
#include "server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_MAX = 64, RETRY_MS = 1000 };

static int events = -1;

uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool control(int how, struct source *source, uint32_t which) {
    struct epoll_event event = {.events = which, .data.ptr = source};
    return source->descriptor >= 0 && !epoll_ctl(events, how, source->descriptor, &event);
}

bool watch(struct source *source, uint32_t which) {
    return control(EPOLL_CTL_ADD, source, which);
}

bool rewatch(struct source *source, uint32_t which) {
    return control(EPOLL_CTL_MOD, source, which);
}

/* Closed at once, so that what epoll has in store for it is told from what it tells of others. */
void drop(struct source *source) {
    if (source->descriptor >= 0) {
        close(source->descriptor);
        source->descriptor = -1;
    }
}

void reply(const struct asker *asker, const uint8_t *message, size_t length) {
    if (asker->bridge->serial != asker->serial || !asker->bridge->file[0]) {
        return;
    }
    if (!asker->stream) {
        sendto(asker->bridge->udp.descriptor, message, length, MSG_DONTWAIT,
               (const struct sockaddr *)&asker->address, sizeof asker->address);
    } else if (asker->stream->number == asker->stream_number) {
        answer_stream(asker->stream, message, length);
    }
}

bool open_server(int zones) {
    events = epoll_create1(EPOLL_CLOEXEC);
    return events >= 0 && open_zones(zones);
}

void serve_forever(void) {
    uint64_t retry = now_ms() + RETRY_MS, tick = 0;
    while (true) {
        struct epoll_event ready[EVENTS_MAX];
        bool busy = has_exchanges() || has_streams();
        int count = epoll_wait(events, ready, EVENTS_MAX, busy ? TICK_MS : RETRY_MS);
        for (int i = 0; i < count; i++) {
            struct source *source = ready[i].data.ptr;
            if (source->descriptor >= 0) { /* else it was dropped by one before it */
                source->ready(source, ready[i].events);
            }
        }
        uint64_t now = now_ms();
        if (busy && now > tick + TICK_MS) {
            tick = now;
            expire_exchanges(now);
            expire_streams(now);
        }
        if (now > retry) {
            retry = now + RETRY_MS;
            retry_bridges();
        }
    }
}
