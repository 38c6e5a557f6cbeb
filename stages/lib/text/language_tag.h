/* language_tag - a language by any of the names people give it
 *
 * A caller names a language as web apps do ("Spanish", "español") or as BCP 47 does ("es", "es-MX", "zh_TW").
 */
#ifndef STAGES_LIB_TEXT_LANGUAGE_TAG_H
#define STAGES_LIB_TEXT_LANGUAGE_TAG_H

#include <stdbool.h>

struct language_tag {
    char tag[36];     /* BCP 47; "" if we do not know the language */
    char english[80]; /* "Spanish", "Spanish (Mexico)"; the caller's own words if we do not know better */
    const char *base; /* a tag we know that begins with the same language; "" if we do not */
    bool rtl;         /* written from right to left */
    const char *font; /* East Asian font; "" if the language needs none */
};

void language_tag_find(struct language_tag *found, const char *name);

#endif
