/* results - copies the finished artifacts out of the state folder and prints a report of them */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/cli/temp_folder.h"

struct results {
    const char *folder; /* where the artifacts go; the caller's */
    uint32_t outputs;   /* the set of outputs to copy, see proto/artifact.h */
    bool made;          /* results_open() made the folder */
};

/* Makes the folder and its missing parents, before any work is done. Returns EXIT_DONE, or another exit code
 * after printing why. */
int results_open(struct results *results, const char *folder, uint32_t outputs);

/* Removes the folder if results_open() made it and it is empty: for runs that fail. */
void results_abandon(const struct results *results);

/* Copies the job's artifacts over files of the same names: all of them, or none. Returns EXIT_DONE, or
 * another exit code after printing why. */
int results_copy(const struct results *results, const struct temp_folder *folder, const char *job);

/* Prints the paths, slides by outcome, cards, elapsed time (took_ms), failed and damaged slides, and whether
 * a model was used. */
void results_print(const struct results *results, int64_t took_ms);

#endif
