/* build_up - what the supervisor remembers of a page: its title, how its text begins, and whether it is only
 * a step of a build-up (pure)
 *
 * All of it comes from the text layer. The rasterizer made it, and has compared the page with the next one
 * (stages/rasterizer/build_up_words.h, build_up_ink.h).
 */
#ifndef SUPERVISOR_BUILD_UP_H
#define SUPERVISOR_BUILD_UP_H

#include <stdbool.h>
#include <stddef.h>

enum { BUILD_UP_TITLE = 160, BUILD_UP_TEXT = 600 };

struct build_up {
    char title[BUILD_UP_TITLE]; /* "": no line of the page looks like one */
    char *text;                 /* the first BUILD_UP_TEXT bytes of its lines, without running heads and page
                                   numbers; "": the page has no text that tells what it is about */
    bool step;                  /* the next page shows all of this one, and more */
};

/* Reads a text layer (JSON). Never NULL: bytes that are no text layer have no title and are no step. The
 * caller frees it. */
struct build_up *build_up_make(const void *json, size_t size);
void build_up_free(struct build_up **build_up);

#endif
