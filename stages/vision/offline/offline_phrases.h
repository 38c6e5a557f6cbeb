/* offline_phrases - the few sentences the offline engine says itself, in the languages it knows
 *
 * A language it does not know is answered in English.
 */
#ifndef STAGES_VISION_OFFLINE_OFFLINE_PHRASES_H
#define STAGES_VISION_OFFLINE_OFFLINE_PHRASES_H

struct offline_phrases {
    const char *tag;         /* the language, as BCP 47 begins */
    const char *question[2]; /* what stands before and after the term */
    const char *points[2];   /* asks for the points of the list under that title */
    const char *picture;     /* the slide is a picture without text */
    const char *before[2];   /* the heading before this one in the outline */
    const char *after[2];    /* and the one after it */
    const char *blank;       /* between sentences */
};

/* Never NULL. Static. */
const struct offline_phrases *offline_phrases_find(const char *language);

#endif
