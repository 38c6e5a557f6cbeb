/* build_up - what one needs to remember of a page: its title, and whether it is but a step to the next; pure
 *
 * Taken from the text layer, which the rasterizer made: it has compared the page with the next one
 * (stages/rasterizer/build_up_step.h).
 */
#ifndef SUPERVISOR_BUILD_UP_H
#define SUPERVISOR_BUILD_UP_H

#include <stdbool.h>
#include <stddef.h>

enum { BUILD_UP_TITLE = 160 };

struct build_up {
    char title[BUILD_UP_TITLE]; /* "" if there is none to be seen */
    bool step;                  /* all of it is on the next page, too */
};

/* Never NULL: what is no text layer has an empty build_up. */
struct build_up *build_up_make(const void *json, size_t size);
void build_up_free(struct build_up **build_up);

#endif
