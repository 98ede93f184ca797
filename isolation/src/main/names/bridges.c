/* Zones' files as they come and go, and the sockets on which each is asked. */
#define _GNU_SOURCE
#include "server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DNS_PORT = 53, BACKLOG = 64 };

struct bridge bridges[BRIDGES_MAX];

static int zones = -1;
static struct source changes = {.descriptor = -1};

static void take_datagram(struct source *source, uint32_t events) {
    (void)events;
    struct bridge *bridge = (struct bridge *)source; /* its first member */
    static uint8_t query[QUERY_MAX], message[STREAM_MAX];
    struct asker asker = {.bridge = bridge, .serial = bridge->serial};
    socklen_t size = sizeof asker.address;
    ssize_t length = recvfrom(source->descriptor, query, sizeof query, MSG_DONTWAIT | MSG_TRUNC,
                              (struct sockaddr *)&asker.address, &size);
    if (length < 0 || (size_t)length > sizeof query) {
        return;
    }
    struct question question;
    struct answer answer = {.message = message};
    switch (resolve(&asker, query, (size_t)length, &question, &answer)) {
    case ANSWERED:
        reply(&asker, message, answer.length);
        break;
    case ASK_OTHERS:
        forward(&asker, query, (size_t)length, &question);
        break;
    case SILENCE:
        break;
    }
}

static int bound_socket(int type, uint32_t address) {
    int on = 1;
    struct sockaddr_in local = {
        .sin_family = AF_INET, .sin_port = htons(DNS_PORT), .sin_addr.s_addr = address};
    int descriptor = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        return -1;
    }
    /* The bridge may get its address after its zone; connections of a former server may linger. */
    if (setsockopt(descriptor, IPPROTO_IP, IP_FREEBIND, &on, sizeof on) ||
        (type == SOCK_STREAM &&
         setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) ||
        bind(descriptor, (struct sockaddr *)&local, sizeof local) ||
        (type == SOCK_STREAM && listen(descriptor, BACKLOG))) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* What fails is tried again: another name server may be about to leave. */
static void listen_on(struct bridge *bridge) {
    if (bridge->udp.descriptor < 0) {
        bridge->udp = (struct source){take_datagram, bound_socket(SOCK_DGRAM, bridge->zone.listen)};
        watch(&bridge->udp, EPOLLIN);
    }
    if (bridge->tcp.descriptor < 0) {
        bridge->tcp =
            (struct source){accept_stream, bound_socket(SOCK_STREAM, bridge->zone.listen)};
        watch(&bridge->tcp, EPOLLIN);
    }
}

void retry_bridges(void) {
    for (size_t i = 0; i < BRIDGES_MAX; i++) {
        if (bridges[i].file[0]) {
            listen_on(&bridges[i]);
        }
    }
}

static struct bridge *find_bridge(const char *file) {
    for (size_t i = 0; i < BRIDGES_MAX; i++) {
        if (!strcmp(bridges[i].file, file)) {
            return &bridges[i];
        }
    }
    return NULL;
}

static void leave(struct bridge *bridge) {
    drop(&bridge->udp);
    drop(&bridge->tcp);
    free_zone(&bridge->zone);
    bridge->file[0] = 0;
}

/* A zone that cannot be read is as it was before. */
static void load(const char *file) {
    static uint64_t serial;
    struct bridge *bridge = find_bridge(file);
    struct zone zone;
    if (!read_zone(zones, file, &zone)) {
        if (bridge && faccessat(zones, file, F_OK, 0) && errno == ENOENT) {
            leave(bridge);
        }
        return;
    }
    if (bridge && bridge->zone.listen != zone.listen) {
        leave(bridge);
    }
    if (!bridge || !bridge->file[0]) {
        bridge = find_bridge("");
        if (!bridge) {
            free_zone(&zone);
            return;
        }
        strcpy(bridge->file, file);
        bridge->udp.descriptor = bridge->tcp.descriptor = -1;
        bridge->serial = ++serial;
    }
    free_zone(&bridge->zone);
    bridge->zone = zone;
    listen_on(bridge);
}

static bool is_zone(const char *file) {
    static const char SUFFIX[] = ".zone";
    size_t length = strlen(file);
    return length < ZONE_NAME_MAX && length > sizeof SUFFIX - 1 &&
           !strcmp(file + length - (sizeof SUFFIX - 1), SUFFIX);
}

static void load_all(void) {
    for (size_t i = 0; i < BRIDGES_MAX; i++) {
        if (bridges[i].file[0] && faccessat(zones, bridges[i].file, F_OK, 0)) {
            leave(&bridges[i]);
        }
    }
    DIR *directory = fdopendir(openat(zones, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (is_zone(entry->d_name)) {
            load(entry->d_name);
        }
    }
    if (directory) {
        closedir(directory);
    }
}

static void take_changes(struct source *source, uint32_t events) {
    (void)events;
    static char buffer[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)]
        __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t length = read(source->descriptor, buffer, sizeof buffer);
    for (char *at = buffer; at < buffer + length;) {
        const struct inotify_event *event = (struct inotify_event *)at;
        if (event->mask & IN_Q_OVERFLOW) {
            load_all();
        } else if (event->len && is_zone(event->name)) {
            load(event->name);
        }
        at += sizeof *event + event->len;
    }
}

bool open_zones(int directory) {
    zones = directory;
    changes = (struct source){take_changes, inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (changes.descriptor < 0 ||
        inotify_add_watch(changes.descriptor, ".", IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) < 0 ||
        !watch(&changes, EPOLLIN)) {
        return false;
    }
    load_all();
    return true;
}
