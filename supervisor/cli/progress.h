/* progress - shows how far a job is: on a terminal a bar that is redrawn in place, elsewhere a line now and
 * then */
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

/* Chooses the style by stderr, TERM, NO_COLOR (https://no-color.org) and the locale. */
void progress_open(struct progress *progress);
void progress_show(struct progress *progress, const struct progress_facts *facts);

/* Removes the bar. */
void progress_close(struct progress *progress);

/* Writes the bar as text to to, without line break and at most columns - 1 wide. Pure. */
void progress_line(const struct progress_style *style, const struct progress_facts *facts, char *to,
                   size_t room);

#endif
