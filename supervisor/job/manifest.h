/* manifest - what the assembler is told of a job: its head, and an entry for each slide, as JSON */
#ifndef SUPERVISOR_MANIFEST_H
#define SUPERVISOR_MANIFEST_H

#include "supervisor/job/job.h"

/* The manifest of an ASSEMBLE lease, whose frame 1 is the summary of the previous run, if it is here;
 * malloced. frame_of(arg, slide) adds the slide's picture to the message and tells the frame's number, 0 for
 * none, -1 if its file is lost (then NULL is returned). */
char *manifest_make(struct jobs *jobs, const struct job *job,
                    int (*frame_of)(void *, const struct slide_row *), void *arg);

#endif
