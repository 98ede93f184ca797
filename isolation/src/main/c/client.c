#define _GNU_SOURCE
#include "client.h"

#include "watch.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client *client_new(int socket) {
    struct client *client = calloc(1, sizeof *client);
    char *out = client ? malloc(OUTPUT_BYTES_MAX + LAST_BYTES_MAX) : NULL;
    if (!out) {
        free(client);
        return NULL;
    }
    client->socket = socket;
    client->out = out;
    client->progress_ms = monotonic_ms();
    return client;
}

void client_free(struct client *client) {
    if (client->socket >= 0) {
        close(client->socket);
    }
    free(client->body);
    free(client->out);
    free(client);
}

static bool receive_some(struct client *client, char *into, size_t most) {
    ssize_t n = recv(client->socket, into, most, MSG_DONTWAIT);
    if (n > 0) {
        client->have += (size_t)n;
        return true;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static bool begin_body(struct client *client) {
    uint32_t length;
    memcpy(&length, client->head + 1, sizeof length);
    client->length = ntohl(length);
    if (client->length > (client->head[0] == ASK_EXEC ? REQUEST_BYTES_MAX : INPUT_BYTES_MAX)) {
        return false;
    }
    client->body = malloc(client->length + 1);
    return client->body;
}

bool client_receive(struct client *client) {
    if (client->have < HEAD_BYTES &&
        !receive_some(client, (char *)client->head + client->have, HEAD_BYTES - client->have)) {
        return false;
    }
    if (client->have < HEAD_BYTES) {
        return true;
    }
    if (!client->body && !begin_body(client)) {
        return false;
    }
    size_t have = client->have - HEAD_BYTES;
    return have == client->length ||
           receive_some(client, client->body + have, client->length - have);
}

bool client_has_frame(const struct client *client) {
    return client->body && client->have == HEAD_BYTES + client->length;
}

void client_next(struct client *client) {
    free(client->body);
    client->body = NULL;
    client->have = client->length = 0;
}

size_t client_room(const struct client *client) {
    size_t waiting = client->filled - client->sent + HEAD_BYTES;
    return waiting > OUTPUT_BYTES_MAX ? 0 : OUTPUT_BYTES_MAX - waiting;
}

char *client_reserve(struct client *client) {
    if (client->sent) {
        client->filled -= client->sent;
        memmove(client->out, client->out + client->sent, client->filled);
        client->sent = 0;
    }
    return client->out + client->filled + HEAD_BYTES;
}

void client_commit(struct client *client, enum answer type, size_t length) {
    uint32_t count = htonl((uint32_t)length);
    client->out[client->filled] = (char)type;
    memcpy(client->out + client->filled + 1, &count, sizeof count);
    if (client_drained(client)) {
        client->progress_ms = monotonic_ms();
    }
    client->filled += HEAD_BYTES + length;
}

void client_put(struct client *client, enum answer type, const void *bytes, size_t length) {
    memcpy(client_reserve(client), bytes, length);
    client_commit(client, type, length);
}

bool client_flush(struct client *client) {
    while (!client_drained(client)) {
        ssize_t n = send(client->socket, client->out + client->sent, client->filled - client->sent,
                         MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        client->sent += (size_t)n;
        client->progress_ms = monotonic_ms();
    }
    return true;
}
