/* document_language - what the requested language means for a document: tag, direction, fonts, words */
#ifndef STAGES_ASSEMBLER_LECTURE_DOCUMENT_LANGUAGE_H
#define STAGES_ASSEMBLER_LECTURE_DOCUMENT_LANGUAGE_H

#include <stdbool.h>

/* %1 and %2 stand for numbers or for what the caller puts there. */
enum label {
    LABEL_SLIDE,
    LABEL_CONTENTS,
    LABEL_KEY_POINTS,
    LABEL_CONNECTIONS,
    LABEL_SUMMARY,
    LABEL_OWN_TEXT,
    LABEL_OFFLINE,
    LABEL_FAILED,
    LABEL_TEXT_ONLY,
    LABEL_BLANK,
    LABEL_SKIPPED,
    LABEL_NO_PICTURE,
    LABEL_DEGRADED,
    LABEL_REPORT,
    LABEL_SLIDES,
    LABEL_OUTCOME,
    LABEL_REASON,
    LABEL_PAGE,
    LABEL_WORD_FAILED,
    LABEL_WORD_SKIPPED,
    LABEL_WORD_BLANK,
    LABEL_WORD_TEXT_ONLY,
    LABEL_OUTLINE,
    LABEL_CARDS,
    LABEL_GLOSSARY,
    LABEL_UNSUPPORTED, /* what follows it is a list */
    LABEL_STEP,        /* one slide builds up to this one */
    LABEL_STEPS,       /* several do */
    LABEL_WORD_DEGRADED,
    LABEL_FORMULAS, /* what follows it is a list of slides */
    LABEL_LEFT_OUT, /* here, too */
    LABEL_REPAIRED,
    LABEL_OCR,
    LABEL_UNREAD, /* what follows it is the name of a script */
    LABEL_UNKNOWN,
    LABELS
};

struct language {
    char tag[36];     /* BCP 47; "" if we do not know the language */
    bool rtl;         /* written from right to left */
    const char *font; /* East Asian font; "" if the language needs none */
    const char *const *labels;
};

void language_find(struct language *language, const char *name);

/* A label with %1 and %2 replaced. The caller frees. */
char *language_say(const struct language *language, enum label label, unsigned one, unsigned two);

#endif
