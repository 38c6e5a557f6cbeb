/* prompt - the request that asks the model to explain one slide
 *
 * What stays the same for a whole lecture comes first (providers charge a repeated beginning less); what
 * strangers wrote stands in lines that begin with "| ", so that nothing in it can look like the end of it.
 */
#ifndef STAGES_VISION_MODEL_PROMPT_H
#define STAGES_VISION_MODEL_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/enums.h"
#include "stages/vision/model/dialect.h"
#include "stages/lib/http_body.h"
#include "stages/lib/text/page.h"
#include "conf/prompt_templates.h"

struct prompt {
    const struct prompt_templates *texts;
    const char *model, *detail, *language;
    const char *title, *outline; /* of the lecture; "" if unknown */
    const char *before, *after;  /* titles of the neighbouring slides; "" if unknown */
    const char *instructions;    /* the caller's wishes; "" if none */
    const struct page *page;
    const void *jpeg; /* borrowed for the life of the body; NULL: text only */
    size_t jpeg_size;
    bool by_choice; /* without its picture though there is one */
    uint32_t slide, slides;
    enum card_style card_style;
    unsigned cards, max_tokens;
    struct dialect dialect;
    const char *why; /* the last answer could not be used, for this reason; NULL: there was none */
};

/* The JSON body; the caller frees it. */
struct http_body *prompt_body(const struct prompt *prompt);

#endif
