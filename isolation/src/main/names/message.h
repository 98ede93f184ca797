/*
 * Messages of the domain name system (RFC 1035, EDNS: RFC 6891). Whatever comes in is hostile:
 * nothing is read beyond its length.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEADER_BYTES = 12,
    NAME_MAX_BYTES = 255, /* in a message, lengths and end included */
    NAME_TEXT = 256,
    UDP_PLAIN_MAX = 512, /* what an answer may have when the client says nothing */
    UDP_MAX = 1232,      /* what passes everywhere in one piece, whatever the client says */
    STREAM_MAX = 65535,

    TYPE_A = 1,
    TYPE_PTR = 12,
    TYPE_OPT = 41,
    TYPE_ANY = 255,
    CLASS_IN = 1,

    RCODE_OK = 0,
    RCODE_FORMAT = 1,
    RCODE_FAILED = 2,
    RCODE_NO_NAME = 3,
    RCODE_NOT_IMPLEMENTED = 4,

    TTL_SECONDS = 5, /* a name may belong to another run soon */
};

struct question {
    char name[NAME_TEXT]; /* lower case, without the last dot; empty: the root */
    bool plain;           /* no label has a dot or a byte that does not belong in a host's name */
    uint16_t type, class;
    size_t end;       /* of the question in the message */
    size_t udp_limit; /* how long an answer by UDP may be */
    bool edns;
};

/*
 * Reads a query. RCODE_OK, or the code to answer with; -1: it is no query, and nobody waits for an
 * answer.
 */
int read_query(const uint8_t *message, size_t length, struct question *question);

struct answer {
    uint8_t *message;
    size_t length, limit;
    uint16_t count;
    bool full; /* something did not fit */
};

/* Begins the answer to a query that was read, in a buffer of at least UDP_PLAIN_MAX bytes. */
void begin_answer(struct answer *answer, const uint8_t *query, const struct question *question,
                  size_t limit);
void add_address(struct answer *answer, uint32_t address);
void add_pointer(struct answer *answer, const char *name);
void end_answer(struct answer *answer, const struct question *question, int rcode);

/* An answer to a query that could not be read: its header alone, with this code. */
size_t refuse(uint8_t *message, int rcode);

/* Cuts an answer down to its question: the client is to ask again by TCP. */
size_t truncate_answer(uint8_t *message, size_t question_end);

/* Whether the message answers this query, which was sent with this id. */
bool answers(const uint8_t *message, size_t length, const uint8_t *query,
             const struct question *question, uint16_t id);

int rcode_of(const uint8_t *message);
uint16_t id_of(const uint8_t *message);
void set_id(uint8_t *message, uint16_t id);

/* The address (network byte order) whose name a question d.c.b.a.in-addr.arpa asks for. */
bool reverse_address(const char *name, uint32_t *address);
