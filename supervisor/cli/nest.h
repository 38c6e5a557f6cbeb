/* nest - the private state folder of one `slidemill run`: made for it, gone with it */
#ifndef CLI_NEST_H
#define CLI_NEST_H

#include <stdbool.h>

struct nest {
    char *path; /* absolute; only its owner may look in */
    int folder; /* the same, open */
    int log;    /* file for what the supervisor says */
};

/* Makes the folder under $TMPDIR if that is absolute, else under /tmp. EXIT_DONE, or another exit code
 * (told). */
int nest_make(struct nest *nest);

/* Has its disk so little room left that the supervisor stores nothing more? */
bool nest_is_full(const struct nest *nest);

/* Tells that it has; returns EXIT_STORAGE. */
int nest_tell_full(const struct nest *nest);

/* Removes it and all that is in it, but for the log if that is to be kept. Links are removed, not followed.
 */
void nest_remove(struct nest *nest, bool keep_log);

/* Path of something in it. Owned by the caller. */
char *nest_path(const struct nest *nest, const char *inner);

extern const char nest_log_name[];

#endif
