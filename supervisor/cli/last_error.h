/* last_error - the last error in a log, for a person who does not read logs */
#ifndef CLI_LAST_ERROR_H
#define CLI_LAST_ERROR_H

/* Returns event, reason and remedy of the last line of level error in a Slidemill log, as one sentence that
 * the caller frees; NULL if there is none or the file cannot be read. Lines that are not JSON are skipped. */
char *last_error(const char *path);

#endif
