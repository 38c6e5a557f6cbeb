/* temp_folder - the temporary state folder of one `slidemill run`, removed at its end */
#ifndef CLI_TEMP_FOLDER_H
#define CLI_TEMP_FOLDER_H

#include <stdbool.h>

struct temp_folder {
    char *path; /* absolute; mode 0700 */
    int fd;     /* the folder itself, O_PATH */
    int log;    /* the file that the supervisor's standard error goes to */
};

/* Makes the folder and its log under $TMPDIR if that is an absolute path, else under /tmp. Returns EXIT_DONE,
 * or another exit code after printing why; temp_folder_remove() is due in either case. */
int temp_folder_make(struct temp_folder *folder);

/* Whether its disk has less free space than the supervisor needs to store anything (BLOBS_FREE_MIN). */
bool temp_folder_is_full(const struct temp_folder *folder);

/* Prints that the disk is full and what to do; returns EXIT_STORAGE. */
int temp_folder_report_full(const struct temp_folder *folder);

/* Removes the folder with all that is in it, except the log if keep_log. Symbolic links are removed, not
 * followed. */
void temp_folder_remove(struct temp_folder *folder, bool keep_log);

/* The path of a file in it, owned by the caller. */
char *temp_folder_path(const struct temp_folder *folder, const char *inner);

extern const char temp_folder_log_name[];

#endif
