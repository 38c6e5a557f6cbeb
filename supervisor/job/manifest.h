/* manifest - what the assembler is told of a job: its head, and an entry for each slide, as JSON */
#ifndef SUPERVISOR_MANIFEST_H
#define SUPERVISOR_MANIFEST_H

#include "conf/conf.h"
#include "supervisor/job/job.h"
#include "supervisor/process/worker.h"

/* What a manifest is made of. frame_of(arg, slide) adds the slide's picture to the message and returns the
 * frame's number, 0 for none, -1 if its file is lost. */
struct manifest_source {
    const struct conf *conf;
    struct ledger *ledger;
    struct blobs *blobs;
    const struct worker *vision; /* one that explains slides; NULL: none is there at present */
    const struct job *job;
    int (*frame_of)(void *arg, const struct slide_row *slide);
    void *arg;
};

/* The manifest of an ASSEMBLE lease, whose frame 1 is the summary of the previous run, if it is here;
 * malloced. NULL: a picture is lost. */
char *manifest_make(const struct manifest_source *from);

#endif
