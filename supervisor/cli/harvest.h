/* harvest - the finished artifacts: copied from the state folder to where the person wants them, and told
 * about */
#ifndef CLI_HARVEST_H
#define CLI_HARVEST_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/cli/nest.h"

struct harvest {
    const char *folder; /* where they go */
    uint32_t outputs;   /* what is made */
    bool made;          /* this run made the folder */
};

/* Makes the folder (and those above it) before any work is done. EXIT_DONE, or another exit code (told). */
int harvest_open(struct harvest *harvest, const char *folder, uint32_t outputs);

/* Gives an empty folder that this run made back; for runs that bring nothing. */
void harvest_abandon(const struct harvest *harvest);

/* Copies the artifacts of the job: all of them take the place of what is there under their names, or none
 * does. EXIT_DONE, or another exit code (told). */
int harvest_take(const struct harvest *harvest, const struct nest *nest, const char *job);

/* Tells what was made: files, slides per outcome, cards, seconds, failed slides, and if no model was used. */
void harvest_tell(const struct harvest *harvest, int64_t took_ms);

#endif
