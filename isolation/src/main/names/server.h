/* What the parts of the server share: one thread, one epoll(7), everything bounded. */
#pragma once
#include "message.h"
#include "zone.h"
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BRIDGES_MAX = 512,
    EXCHANGES_MAX = 1024,          /* questions that others are asked at a time */
    EXCHANGES_OF_CLIENT_MAX = 128, /* by one client */
    STREAMS_MAX = 256,             /* connections of clients */
    STREAMS_OF_CLIENT_MAX = 16,
    ADDRESSES_MAX = 1024, /* of one name */
    TRY_MS = 2000,        /* before the next server is asked */
    TRIES_MAX = 4,
    STREAM_IDLE_MS = 10000,
    TICK_MS = 100,
    QUERY_MAX = 4096,
};

/* What epoll tells about; the first member of whatever waits. */
struct source {
    void (*ready)(struct source *source, uint32_t events);
    int descriptor; /* -1: none */
};

/* A network: its zone, and where it is asked. */
struct bridge {
    struct source udp, tcp;
    char file[ZONE_NAME_MAX]; /* of the zone; "": this place is free */
    struct zone zone;
    uint64_t serial; /* another one for whoever has this place next */
};

/* A connection of a client. */
struct stream {
    struct source source;
    struct bridge *bridge;
    uint64_t serial; /* the bridge's; 0: this place is free */
    uint64_t number; /* this connection's own */
    uint32_t client;
    uint64_t until_ms;
    uint8_t *bytes; /* the length and the message, while it is read or written */
    size_t have, want;
    bool writing, waiting; /* for others' answer */
};

/* Where an answer goes. */
struct asker {
    struct bridge *bridge;
    uint64_t serial;
    struct sockaddr_in address;
    struct stream *stream; /* NULL: by UDP */
    uint64_t stream_number;
};

/* server.c */
extern struct bridge bridges[BRIDGES_MAX];
bool watch(struct source *source, uint32_t events);
bool rewatch(struct source *source, uint32_t events);
void drop(struct source *source);
uint64_t now_ms(void);
bool open_server(int zones);
void serve_forever(void);

/* bridges.c: zones' files, and the sockets on bridges */
bool open_zones(int directory);
void retry_bridges(void);

/* resolve.c: what is known here */
enum outcome { ANSWERED, ASK_OTHERS, SILENCE };
enum outcome resolve(const struct asker *asker, const uint8_t *query, size_t length,
                     struct question *question, struct answer *answer);

/* streams.c: clients by TCP */
void accept_stream(struct source *listener, uint32_t events);
void answer_stream(struct stream *stream, const uint8_t *message, size_t length);
void expire_streams(uint64_t now);
bool has_streams(void);

/* forward.c: what others know */
void forward(const struct asker *asker, const uint8_t *query, size_t length,
             const struct question *question);
void expire_exchanges(uint64_t now);
bool has_exchanges(void);

/* Sends an answer to whoever asked; to nobody, when the asker is gone. */
void reply(const struct asker *asker, const uint8_t *message, size_t length);
