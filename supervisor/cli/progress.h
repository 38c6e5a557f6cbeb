/* progress - how far a job is: a bar redrawn in place on a terminal, a line now and then elsewhere */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_facts {
    const char *status;  /* of the job, as the API says it */
    int64_t done, total; /* slides; total 0: not known yet */
    int64_t failed;
    int64_t elapsed_ms;
};

struct progress_style {
    bool redraws; /* a terminal that can */
    bool utf8, color;
    unsigned columns;
};

struct progress {
    struct progress_style style;
    bool drawn;
    char said[32];   /* status of the last plain line */
    int64_t said_ms; /* and when that was */
    int64_t said_done;
};

/* Looks at stderr, TERM, NO_COLOR (https://no-color.org) and the locale. */
void progress_open(struct progress *progress);
void progress_show(struct progress *progress, const struct progress_facts *facts);

/* Takes the bar away. */
void progress_close(struct progress *progress);

/* The bar as text, without line break, at most columns - 1 wide. Pure. */
void progress_line(const struct progress_style *style, const struct progress_facts *facts, char *to,
                   size_t room);

#endif
