/* document_language - what the requested language means for a document: tag, direction, fonts, words */
#ifndef STAGES_ASSEMBLER_LECTURE_DOCUMENT_LANGUAGE_H
#define STAGES_ASSEMBLER_LECTURE_DOCUMENT_LANGUAGE_H

#include <stdbool.h>

#include "stages/assembler/lecture/translations.h"

struct language {
    char tag[36];     /* BCP 47; "" if we do not know the language */
    bool rtl;         /* written from right to left */
    const char *font; /* East Asian font; "" if the language needs none */
    const char *const *labels;
};

/* name: a BCP 47 tag or a language's name in English or in itself, as the request says it; any text is fine.
 * language borrows nothing of it. */
void language_find(struct language *language, const char *name);

/* A label with %1 and %2 replaced. The caller frees. */
char *language_say(const struct language *language, enum label label, unsigned one, unsigned two);

#endif
