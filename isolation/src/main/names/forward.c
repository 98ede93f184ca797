/*
 * Questions about names that are not ours, to the servers that the zone names: each by a socket and
 * an id of its own, so that nobody can guess where to send a false answer. By UDP what came by UDP,
 * by TCP what came by TCP.
 */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DNS_PORT = 53, PREFIX_BYTES = 2, RCODE_REFUSED = 5 };

struct exchange {
    struct source source;
    struct asker asker; /* bridge NULL: this place is free */
    struct question question;
    uint8_t *query; /* with room for a length before it */
    size_t length;
    uint16_t id; /* ours; the query keeps the asker's */
    uint32_t servers[SERVERS_MAX];
    size_t server_count;
    unsigned tries;
    uint64_t until_ms;
    uint8_t *bytes; /* what is read by TCP */
    size_t have, want;
    bool connected;
};

static struct exchange exchanges[EXCHANGES_MAX];
static size_t open_exchanges;

bool has_exchanges(void) {
    return open_exchanges > 0;
}

static void finish(struct exchange *exchange) {
    drop(&exchange->source);
    free(exchange->query);
    free(exchange->bytes);
    *exchange = (struct exchange){.source.descriptor = -1};
    open_exchanges--;
}

static void give_up(struct exchange *exchange) {
    uint8_t message[UDP_PLAIN_MAX];
    struct answer answer = {.message = message};
    begin_answer(&answer, exchange->query + PREFIX_BYTES, &exchange->question, sizeof message);
    end_answer(&answer, &exchange->question, RCODE_FAILED);
    struct asker asker = exchange->asker;
    finish(exchange);
    reply(&asker, message, answer.length);
}

static void try_next(struct exchange *exchange);

static void take_answer(struct exchange *exchange, uint8_t *message, size_t length) {
    if (!answers(message, length, exchange->query + PREFIX_BYTES, &exchange->question,
                 exchange->id)) {
        return; /* a false one: the true one may come still */
    }
    int rcode = rcode_of(message);
    if ((rcode == RCODE_FAILED || rcode == RCODE_REFUSED) &&
        exchange->tries < exchange->server_count) {
        try_next(exchange);
        return;
    }
    struct asker asker = exchange->asker;
    set_id(message, id_of(exchange->query + PREFIX_BYTES));
    if (!asker.stream && length > exchange->question.udp_limit) {
        length = truncate_answer(message, exchange->question.end);
    }
    finish(exchange);
    reply(&asker, message, length);
}

static void datagram_ready(struct source *source, uint32_t events) {
    (void)events;
    static uint8_t message[STREAM_MAX];
    struct exchange *exchange = (struct exchange *)source;
    ssize_t length = recv(source->descriptor, message, sizeof message, MSG_DONTWAIT);
    if (length >= 0) {
        take_answer(exchange, message, (size_t)length);
    } else if (errno != EAGAIN && errno != EINTR) {
        try_next(exchange); /* nobody listens there */
    }
}

/* The query by TCP in one piece: it is small, and the connection new. */
static bool send_stream(struct exchange *exchange) {
    uint8_t *message = exchange->query;
    uint16_t asked = id_of(message + PREFIX_BYTES);
    message[0] = (uint8_t)(exchange->length >> 8);
    message[1] = (uint8_t)exchange->length;
    set_id(message + PREFIX_BYTES, exchange->id);
    ssize_t whole = (ssize_t)(PREFIX_BYTES + exchange->length);
    bool sent = send(exchange->source.descriptor, message, (size_t)whole,
                     MSG_DONTWAIT | MSG_NOSIGNAL) == whole;
    set_id(message + PREFIX_BYTES, asked);
    return sent;
}

static void stream_ready(struct source *source, uint32_t events) {
    struct exchange *exchange = (struct exchange *)source;
    if (!exchange->connected) {
        exchange->connected = true;
        if (events & (EPOLLERR | EPOLLHUP) || !send_stream(exchange)) {
            try_next(exchange);
        } else {
            rewatch(source, EPOLLIN);
        }
        return;
    }
    ssize_t n = recv(source->descriptor, exchange->bytes + exchange->have,
                     exchange->want - exchange->have, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        try_next(exchange);
        return;
    }
    exchange->have += (size_t)n;
    if (exchange->have == PREFIX_BYTES && exchange->want == PREFIX_BYTES) {
        exchange->want += (size_t)(exchange->bytes[0] << 8 | exchange->bytes[1]);
    }
    if (exchange->have == exchange->want) {
        uint8_t *bytes = exchange->bytes;
        exchange->bytes = NULL; /* the exchange may end */
        exchange->have = 0;
        take_answer(exchange, bytes + PREFIX_BYTES, exchange->want - PREFIX_BYTES);
        free(bytes);
    }
}

static bool ask_stream(struct exchange *exchange, const struct sockaddr_in *server) {
    if (!exchange->bytes) {
        exchange->bytes = malloc(PREFIX_BYTES + STREAM_MAX);
    }
    exchange->have = 0;
    exchange->want = PREFIX_BYTES;
    exchange->connected = false;
    exchange->source = (struct source){
        stream_ready, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    int descriptor = exchange->source.descriptor;
    return exchange->bytes && descriptor >= 0 &&
           (!connect(descriptor, (const struct sockaddr *)server, sizeof *server) ||
            errno == EINPROGRESS) &&
           watch(&exchange->source, EPOLLOUT);
}

static bool ask_datagram(struct exchange *exchange, const struct sockaddr_in *server) {
    uint8_t *message = exchange->query + PREFIX_BYTES;
    uint16_t asked = id_of(message);
    exchange->source = (struct source){
        datagram_ready, socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    int descriptor = exchange->source.descriptor;
    if (descriptor < 0 || connect(descriptor, (const struct sockaddr *)server, sizeof *server)) {
        return false;
    }
    set_id(message, exchange->id);
    bool sent = send(descriptor, message, exchange->length, MSG_DONTWAIT) >= 0;
    set_id(message, asked);
    return sent && watch(&exchange->source, EPOLLIN);
}

/* Asks the next server, the first again after the last, a few times in all. */
static void try_next(struct exchange *exchange) {
    while (exchange->tries < TRIES_MAX) {
        drop(&exchange->source);
        struct sockaddr_in server = {
            .sin_family = AF_INET,
            .sin_port = htons(DNS_PORT),
            .sin_addr.s_addr = exchange->servers[exchange->tries++ % exchange->server_count]};
        exchange->until_ms = now_ms() + TRY_MS;
        if (getrandom(&exchange->id, sizeof exchange->id, 0) == sizeof exchange->id &&
            (exchange->asker.stream ? ask_stream(exchange, &server)
                                    : ask_datagram(exchange, &server))) {
            return;
        }
    }
    give_up(exchange);
}

static struct exchange *free_exchange(uint32_t client) {
    struct exchange *found = NULL;
    size_t same = 0;
    for (size_t i = 0; i < EXCHANGES_MAX; i++) {
        const struct asker *asker = &exchanges[i].asker;
        same += asker->bridge && asker->address.sin_addr.s_addr == client;
        if (!asker->bridge) {
            found = &exchanges[i];
        }
    }
    return same < EXCHANGES_OF_CLIENT_MAX ? found : NULL;
}

static void fail(const struct asker *asker, const uint8_t *query, const struct question *question) {
    uint8_t message[UDP_PLAIN_MAX];
    struct answer answer = {.message = message};
    begin_answer(&answer, query, question, sizeof message);
    end_answer(&answer, question, RCODE_FAILED);
    reply(asker, message, answer.length);
}

void forward(const struct asker *asker, const uint8_t *query, size_t length,
             const struct question *question) {
    uint32_t client = asker->address.sin_addr.s_addr, servers[SERVERS_MAX];
    size_t count = servers_for(&asker->bridge->zone, client, servers);
    struct exchange *exchange = count ? free_exchange(client) : NULL;
    uint8_t *copy = exchange ? malloc(PREFIX_BYTES + length) : NULL;
    if (!copy) {
        fail(asker, query, question);
        return;
    }
    *exchange = (struct exchange){.source.descriptor = -1,
                                  .asker = *asker,
                                  .question = *question,
                                  .query = copy,
                                  .length = length,
                                  .server_count = count};
    memcpy(copy + PREFIX_BYTES, query, length);
    memcpy(exchange->servers, servers, sizeof servers);
    open_exchanges++;
    try_next(exchange);
}

void expire_exchanges(uint64_t now) {
    for (size_t i = 0; i < EXCHANGES_MAX; i++) {
        if (exchanges[i].asker.bridge && now > exchanges[i].until_ms) {
            try_next(&exchanges[i]);
        }
    }
}
