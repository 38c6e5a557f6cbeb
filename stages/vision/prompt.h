/* prompt - the request that asks the model to explain one slide
 *
 * POST {base}/chat/completions, https://platform.openai.com/docs/api-reference/chat/create.  What stays the
 * same for a whole lecture comes first (providers charge a repeated beginning less); what strangers wrote
 * stands in lines that begin with
 * "| ", so that nothing in it can look like the end of it.
 */
#ifndef STAGES_VISION_PROMPT_H
#define STAGES_VISION_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/enums.h"
#include "stages/vision/dialect.h"
#include "stages/vision/page.h"

struct prompt {
    const char *model, *detail, *language;
    const char *title, *outline; /* of the lecture; "" if unknown */
    const struct page *page;
    const void *jpeg; /* NULL: text only */
    size_t jpeg_size;
    uint32_t slide, slides;
    unsigned cards, max_tokens;
    enum card_style card_style;
    struct dialect dialect;
    bool again; /* the last answer could not be used */
};

/* The JSON body, malloced; its length in *size. */
char *prompt_body(const struct prompt *prompt, size_t *size);

/* All the fixed text that goes into requests, for the fingerprint: a changed prompt is another model. Static.
 */
const char *const *prompt_texts(size_t *count);

#endif
