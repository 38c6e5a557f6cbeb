/* correction_prompt - the request that asks the model to correct statements of its answer about a slide
 *
 * It has the slide's text and those statements, and asks for no more than them: the answer is short, soon
 * there, and cheap.  Quoted like everything that strangers wrote (prompt.h): an answer may repeat a slide.
 */
#ifndef STAGES_VISION_MODEL_CORRECTION_PROMPT_H
#define STAGES_VISION_MODEL_CORRECTION_PROMPT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "conf/prompt_templates.h"
#include "stages/lib/http_body.h"
#include "stages/lib/text/page.h"
#include "stages/vision/model/dialect.h"

struct correction_prompt {
    const struct prompt_templates *texts;
    const char *model, *detail, *language;
    const struct page *page;
    const void *jpeg; /* borrowed for the life of the body; NULL: text only */
    size_t jpeg_size;
    uint32_t slide, slides;
    unsigned max_tokens;
    struct dialect dialect;
    const json_t *statements; /* correction_statements() */
};

/* The JSON body; the caller frees it. */
struct http_body *correction_prompt_body(const struct correction_prompt *prompt);

#endif
