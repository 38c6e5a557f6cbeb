/* lecture_overview - a whole lecture summed up: title, outline, glossary, flashcards that are too alike
 *
 * Pure: what the slides say, or what was made of them, goes in, the request goes out; the model's answer goes
 * in, checked and bounded it comes out.  The model may say nothing about slides or cards that are not there,
 * and may not take more than half of the cards away.
 */
#ifndef STAGES_VISION_MODEL_LECTURE_OVERVIEW_H
#define STAGES_VISION_MODEL_LECTURE_OVERVIEW_H

#include <stddef.h>

#include <jansson.h>

#include "stages/lib/http_body.h"
#include "stages/vision/model/dialect.h"
#include "conf/prompt_templates.h"

struct overview {
    const struct prompt_templates *texts;
    const char *model, *language;
    const char *title, *outline, *instructions; /* "" if unknown or none */
    const json_t *lecture; /* {"slides":[...]}, of each {"slide":n} with "text", or with "title", "summary"
and "cards":[front,...], or alone, for a picture */
    unsigned max_tokens;
    struct dialect dialect;
    const char *why; /* the last answer could not be used, for this reason; NULL: there was none */
};

/* Is there a slide in it at all? */
bool lecture_overview_has_slides(const json_t *lecture);

/* The JSON body; the caller frees it. */
struct http_body *lecture_overview_body(const struct overview *overview);

/* {"title","outline":[{"title","slides":[n]}],"glossary":[{"term","definition","slide"}],"duplicates":[{"slide",
 * "card"}]} of what the model said about the lecture; NULL with *why in a few static words. */
json_t *lecture_overview_clean(const json_t *lecture, const json_t *raw, const char **why);

#endif
