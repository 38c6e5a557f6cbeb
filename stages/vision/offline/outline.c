/* outline - see outline.h */
#include "stages/vision/offline/outline.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct heading {
    const char *text;
    size_t size; /* 0: there is none */
};

/* The line at *at without its indent; moves *at behind it. */
static struct heading next(const char **at)
{
    struct heading heading;
    const char *end = *at + strcspn(*at, "\n");

    heading.text = *at + strspn(*at, " \t");
    heading.size = heading.text < end ? (size_t)(end - heading.text) : 0;
    while (heading.size > 0 && heading.text[heading.size - 1] == ' ')
        heading.size--;
    *at = *end == '\0' ? end : end + 1;
    return heading;
}

static bool same(struct heading heading, const char *title)
{
    return heading.size > 0 && strlen(title) == heading.size &&
           strncasecmp(heading.text, title, heading.size) == 0;
}

char *outline_place(const char *outline, const char *title, const struct offline_phrases *wording)
{
    struct heading before = {0}, after = {0}, last = {0};
    unsigned found = 0;
    bool wanted = false;
    char *place;

    for (const char *at = outline; *at != '\0';) {
        struct heading heading = next(&at);

        if (heading.size == 0)
            continue;
        if (wanted)
            after = heading;
        wanted = same(heading, title);
        if (wanted) {
            found++;
            before = last;
        }
        last = heading;
    }
    if (found != 1 || (before.size == 0 && after.size == 0))
        return need_dup("");
    must(asprintf(&place, "%s%.*s%s%s%s%.*s%s", before.size > 0 ? wording->before[0] : "", (int)before.size,
                  before.size > 0 ? before.text : "", before.size > 0 ? wording->before[1] : "",
                  before.size > 0 && after.size > 0 ? wording->blank : "",
                  after.size > 0 ? wording->after[0] : "", (int)after.size, after.size > 0 ? after.text : "",
                  after.size > 0 ? wording->after[1] : "") != -1);
    return place;
}
