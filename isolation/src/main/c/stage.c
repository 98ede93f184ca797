#include "stage.h"

#include <errno.h>
#include <string.h>

static char last_detail[sizeof((struct report *)0)->detail];

int failed(const char *detail) {
    strncpy(last_detail, detail, sizeof last_detail - 1);
    for (char *c = last_detail; *c; c++) {
        if (*c == '\n') {
            *c = '?'; /* it becomes part of a line */
        }
    }
    return -1;
}

int failed_as(int error, const char *detail) {
    failed(detail);
    errno = error;
    return -1;
}

int run_stages(struct shim *shim, const struct stage *stages, size_t count, struct report *report) {
    for (size_t i = 0; i < count; i++) {
        last_detail[0] = 0;
        if (stages[i].run(shim)) {
            report->error = errno;
            memset(report->stage, 0, sizeof report->stage);
            strncpy(report->stage, stages[i].name, sizeof report->stage - 1);
            memcpy(report->detail, last_detail, sizeof report->detail);
            return -1;
        }
    }
    return 0;
}
