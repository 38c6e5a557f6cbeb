/* order - what a person asks of one run, read from the command line and checked before anything is started */
#ifndef CLI_ORDER_H
#define CLI_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order {
    bool estimate;      /* only what it would cost */
    const char *path;   /* of the PDF */
    const char *folder; /* where results go; NULL: not said */
    const char *language;
    uint32_t outputs; /* see proto/artifact.h */
    const char *course, *called;
    char *metadata; /* both as JSON; "" if neither is given */
    int previous;   /* the summary.json of an earlier run, open; -1: none */
    size_t previous_size;
    char *password; /* what opens the PDF; "": none */
};

/* EXIT_DONE, or the exit code (told). order_close() is due in any case. */
int order_read(struct order *order, bool estimate, int argc, char **argv);
void order_close(struct order *order);

#endif
