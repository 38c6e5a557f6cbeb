/* topic_overlap - does an answer speak of its slide at all?
 *
 * Pure.  A weak model may write words that have nothing to do with the slide, without one number or name in
 * them that could be found out.  Whether any content word, number or sign of the slide comes back in the
 * answer says little for it, but none says much against it.
 */
#ifndef STAGES_VISION_GROUNDING_TOPIC_OVERLAP_H
#define STAGES_VISION_GROUNDING_TOPIC_OVERLAP_H

#include <stdbool.h>

/* Does the text hold a word (its first five letters will do, so that membrana is membrane), an abbreviation,
 * a number of two digits or more, or two Chinese, Japanese or Korean characters in a row that stand in the
 * slide's text, too? Words of three letters or less and common ones of four or five (which, about) count for
 * nothing. Both are valid UTF-8. */
bool topic_overlaps(const char *text, const char *slide);

#endif
