/* line_join - a line and its continuation as one text again
 *
 * Pure.
 */
#ifndef STAGES_VISION_TEXT_LINE_JOIN_H
#define STAGES_VISION_TEXT_LINE_JOIN_H

/* Appends the continuation `more` to *text (malloced, replaced), with a space where the script has spaces.  A
 * word that a hyphen parted at the end of the line is made whole; a hyphen that belongs to its word stays. */
void line_join(char **text, const char *more);

#endif
