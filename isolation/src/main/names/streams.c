/* Clients by TCP: a message is its length in two bytes, then itself; one at a time. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PREFIX_BYTES = 2 };

static struct stream streams[STREAMS_MAX];
static size_t open_streams;

bool has_streams(void) {
    return open_streams > 0;
}

static void hang_up(struct stream *stream) {
    drop(&stream->source);
    free(stream->bytes);
    *stream = (struct stream){.source.descriptor = -1};
    open_streams--;
}

static void expect(struct stream *stream) {
    stream->have = 0;
    stream->want = PREFIX_BYTES;
    stream->writing = stream->waiting = false;
    stream->until_ms = now_ms() + STREAM_IDLE_MS;
    rewatch(&stream->source, EPOLLIN);
}

static void handle(struct stream *stream) {
    static uint8_t query[QUERY_MAX], message[STREAM_MAX];
    struct asker asker = {.bridge = stream->bridge,
                          .serial = stream->serial,
                          .address.sin_addr.s_addr = stream->client,
                          .stream = stream,
                          .stream_number = stream->number};
    size_t length = stream->have - PREFIX_BYTES;
    memcpy(query, stream->bytes + PREFIX_BYTES, length);
    struct question question;
    struct answer answer = {.message = message};
    stream->waiting = true;
    rewatch(&stream->source, 0);
    switch (resolve(&asker, query, length, &question, &answer)) {
    case ANSWERED:
        reply(&asker, message, answer.length);
        break;
    case ASK_OTHERS:
        forward(&asker, query, length, &question);
        break;
    case SILENCE:
        hang_up(stream);
        break;
    }
}

static void read_some(struct stream *stream) {
    ssize_t n = recv(stream->source.descriptor, stream->bytes + stream->have,
                     stream->want - stream->have, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        hang_up(stream);
        return;
    }
    stream->have += (size_t)n;
    if (stream->have == PREFIX_BYTES && stream->want == PREFIX_BYTES) {
        stream->want += (size_t)(stream->bytes[0] << 8 | stream->bytes[1]);
        if (stream->want < PREFIX_BYTES + HEADER_BYTES ||
            stream->want > PREFIX_BYTES + QUERY_MAX) {
            hang_up(stream);
        }
    } else if (stream->have == stream->want) {
        handle(stream);
    }
}

static void write_some(struct stream *stream) {
    ssize_t n = send(stream->source.descriptor, stream->bytes + stream->have,
                     stream->want - stream->have, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        rewatch(&stream->source, EPOLLOUT);
        return;
    }
    if (n <= 0) {
        hang_up(stream);
        return;
    }
    stream->have += (size_t)n;
    if (stream->have == stream->want) {
        expect(stream);
    }
}

static void stream_ready(struct source *source, uint32_t events) {
    struct stream *stream = (struct stream *)source;
    if (stream->waiting) { /* only its end is told of then */
        hang_up(stream);
    } else if (stream->writing) {
        write_some(stream);
    } else if (events) {
        read_some(stream);
    }
}

void answer_stream(struct stream *stream, const uint8_t *message, size_t length) {
    stream->bytes[0] = (uint8_t)(length >> 8);
    stream->bytes[1] = (uint8_t)length;
    memcpy(stream->bytes + PREFIX_BYTES, message, length);
    stream->have = 0;
    stream->want = PREFIX_BYTES + length;
    stream->waiting = false;
    stream->writing = true;
    stream->until_ms = now_ms() + STREAM_IDLE_MS;
    write_some(stream);
}

static struct stream *free_stream(uint32_t client) {
    struct stream *found = NULL;
    size_t same = 0;
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        same += streams[i].serial && streams[i].client == client;
        if (!streams[i].serial) {
            found = &streams[i];
        }
    }
    return same < STREAMS_OF_CLIENT_MAX ? found : NULL;
}

void accept_stream(struct source *listener, uint32_t events) {
    (void)events;
    static uint64_t number;
    struct bridge *bridge =
        (struct bridge *)((char *)listener - offsetof(struct bridge, tcp));
    struct sockaddr_in client;
    socklen_t size = sizeof client;
    int descriptor = accept4(listener->descriptor, (struct sockaddr *)&client, &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        return;
    }
    bool member = is_member(&bridge->zone, client.sin_addr.s_addr);
    struct stream *stream = member ? free_stream(client.sin_addr.s_addr) : NULL;
    uint8_t *bytes = stream ? malloc(PREFIX_BYTES + STREAM_MAX) : NULL;
    if (!bytes) {
        close(descriptor);
        return;
    }
    *stream = (struct stream){.source = {stream_ready, descriptor},
                              .bridge = bridge,
                              .serial = bridge->serial,
                              .number = ++number,
                              .client = client.sin_addr.s_addr,
                              .bytes = bytes};
    open_streams++;
    if (!watch(&stream->source, EPOLLIN)) {
        hang_up(stream);
        return;
    }
    expect(stream);
}

void expire_streams(uint64_t now) {
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        if (streams[i].serial && !streams[i].waiting && now > streams[i].until_ms) {
            hang_up(&streams[i]);
        }
    }
}
