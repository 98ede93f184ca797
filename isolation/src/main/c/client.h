/*
 * A connection to the control socket. Both sides send frames: a letter, the length of what follows
 * in 4 bytes (network byte order), and that. Nothing here waits.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEAD_BYTES = 5,
    REQUEST_BYTES_MAX = 2 << 20, /* arguments and environment: execve(2) takes no more */
    INPUT_BYTES_MAX = 64 << 10,
    OUTPUT_BYTES_MAX = 128 << 10,
    LAST_BYTES_MAX = 512, /* there is always room for what is told besides output */
    ROOM_LEAST = 4 << 10, /* fewer bytes are not worth a read */
};

enum request {
    ASK_EXEC = 'E',   /* entries as in the specification: arg, env, workdir, user, terminal, stdin */
    ASK_ATTACH = 'A', /* two bytes: with input; with all output up to now */
    ASK_INPUT = 'I',
    ASK_INPUT_END = 'C',
    ASK_RESIZE = 'R', /* rows and columns, 2 bytes each */
    ASK_SIGNAL = 'S', /* a byte */
};

enum answer {
    TELL_BEGUN = 'B',
    TELL_FAILED = 'F', /* STAGE ERRNO DETAIL; the last */
    TELL_OUTPUT = 'O',
    TELL_ERROR = 'E',
    TELL_MISSED = 'M', /* two times, 8 bytes each: what the log has between belongs here */
    TELL_EXIT = 'X',   /* 4 bytes: the exit code; the last */
};

struct client {
    int socket; /* -1: it has gone */
    bool ending; /* it gets what is to be sent, and nothing more is expected of it */
    uint8_t head[HEAD_BYTES]; /* of the frame that comes in */
    char *body;
    size_t have, length; /* of head and body together */
    char *out;
    size_t sent, filled;
    uint64_t progress_ms; /* when it last took something */
};

/* NULL when there is no memory. */
struct client *client_new(int socket);
void client_free(struct client *client);

/* Takes in what is there. False when the client has gone, or does not speak as agreed. */
bool client_receive(struct client *client);

/* A whole frame has come in; client_next makes room for another. */
bool client_has_frame(const struct client *client);
void client_next(struct client *client);

/* How many bytes a frame that is sent now may have at most. */
size_t client_room(const struct client *client);

/* Where to put so many bytes, which client_commit sends as a frame; there has to be room. */
char *client_reserve(struct client *client);
void client_commit(struct client *client, enum answer type, size_t length);
void client_put(struct client *client, enum answer type, const void *bytes, size_t length);

static inline bool client_drained(const struct client *client) {
    return client->sent == client->filled;
}

/* Sends what the socket takes. False when the client has gone. */
bool client_flush(struct client *client);
