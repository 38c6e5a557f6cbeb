/* gist - what one needs to remember of a page: its title, and whether it is but a step to the next; pure
 *
 * Taken from the text layer, which the rasterizer made: it has compared the page with the next one
 * (stages/rasterizer/step.h).
 */
#ifndef SUPERVISOR_GIST_H
#define SUPERVISOR_GIST_H

#include <stdbool.h>
#include <stddef.h>

enum { GIST_TITLE = 160 };

struct gist {
    char title[GIST_TITLE]; /* "" if there is none to be seen */
    bool step;              /* all of it is on the next page, too */
};

/* Never NULL: what is no text layer has an empty gist. */
struct gist *gist_make(const void *json, size_t size);
void gist_free(struct gist **gist);

#endif
