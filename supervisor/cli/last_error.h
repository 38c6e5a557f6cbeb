/* last_error - what a log says went wrong last, for a person who does not read logs */
#ifndef CLI_LAST_ERROR_H
#define CLI_LAST_ERROR_H

/* The last line of level error in a log of ours: its event, its reason and what to do about it, as one
 * sentence; malloced. NULL: there is none, or the file cannot be read. */
char *last_error(const char *path);

#endif
