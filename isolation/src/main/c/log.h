/* The log of a sandbox: its output in the CRI format, in a bounded number of bounded files. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_BYTES_MAX = 16 << 10, LOG_BUFFER_BYTES = 128 << 10 };

struct log {
    int directory;
    int file;
    uint64_t size, size_max;
    unsigned files;
    uint64_t dropped; /* bytes of output that could not be written */
    int error;        /* why */
    uint64_t retry_ns;
    uint64_t time_ns; /* of the latest entry: no two batches have the same */
    size_t buffered;
    char buffer[LOG_BUFFER_BYTES];
};

struct stream {
    const char *name;
    int descriptor;
    size_t pending; /* of a line that has not ended yet */
    char line[LINE_BYTES_MAX];
};

/* Opens `log/log` of the directory, making it; a failure is remembered and retried. */
void log_open(struct log *log, int directory, uint64_t size_max, unsigned files);

/*
 * Logs the lines of what was read. Never waits for the reader's disk: what cannot be written is
 * dropped and counted.
 */
void log_write(struct log *log, struct stream *stream, const char *bytes, size_t length);

/* Writes out what is buffered. */
void log_flush(struct log *log);

/* Logs a last line that did not end. */
void log_finish(struct log *log, struct stream *stream);

/*
 * Ends what has not ended, and writes all out. Returns a time that everything so far is before, and
 * everything to come is after.
 */
uint64_t log_mark(struct log *log, struct stream *streams, size_t count);
