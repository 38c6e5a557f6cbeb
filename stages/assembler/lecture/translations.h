/* translations - the words of our own that stand in documents, in the languages we speak */
#ifndef STAGES_ASSEMBLER_LECTURE_TRANSLATIONS_H
#define STAGES_ASSEMBLER_LECTURE_TRANSLATIONS_H

/* The labels (indexed by enum label) for a BCP 47 tag, by its language; English for all others. Static. */
const char *const *labels_for(const char *tag);

#endif
