/* fold - a text without what does not matter when two are compared
 *
 * Pure. Composed (NFC, https://unicode.org/reports/tr15/), in small letters, with one blank for whatever
 * stands between words: "  What is  a `Page`? " and "what is a page" are alike.
 */
#ifndef STAGES_LIB_TEXT_FOLD_H
#define STAGES_LIB_TEXT_FOLD_H

/* Only letters and digits count. malloced; "" if there is no letter and no digit in it. text must be valid
 * UTF-8. */
char *fold(const char *text);

/* The same for questions, in which C, C++ and C# are not alike: only what stands between sentences and around
 * words is left out. */
char *fold_question(const char *text);

#endif
