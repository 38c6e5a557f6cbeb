/* translations - the words of our own that stand in documents, in the languages we speak */
#ifndef STAGES_ASSEMBLER_LECTURE_TRANSLATIONS_H
#define STAGES_ASSEMBLER_LECTURE_TRANSLATIONS_H

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

/* The labels (indexed by enum label) for a BCP 47 tag, by its language; English for all others. Static. */
const char *const *labels_for(const char *tag);

#endif
