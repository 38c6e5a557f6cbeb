/* fuzz_grounding - any text as a slide, and any text as what is said about it */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/cloze.h"
#include "stages/lib/text/fold.h"
#include "stages/vision/grounding/grounding.h"
#include "stages/lib/text/page_kind.h"
#include "stages/vision/answer/figure_labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL: it is not a text. */
static char *text_of(const uint8_t *data, size_t size)
{
    char *text;

    if (!utf8_valid((const char *)data, size))
        return NULL;
    text = need(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* What is not said of the slide's own words can be in doubt; they themselves never are. */
static void check(const char *slide, const char *told)
{
    struct page *page = page_new(1000, 750);
    const struct grounding_sources sources = {.page = page, .language = "English", .slide = 3, .slides = 9};
    json_t *answer = json_pack("{s:s, s:[s], s:[], s:s, s:s, s:[s], s:[{s:s, s:s, s:s}]}", "kind", "content",
                               "explanation", told, "key_points", "connections", "", "short_summary", "",
                               "labels", told, "anki_cards", "type", "cloze", "front", told, "back", "");
    const json_t *claim;
    size_t i;

    page_add(page, &(struct page_line){60, 60, 400, 30, 24, false, false, (char *)(uintptr_t)slide});
    must(answer != NULL);
    must(grounding_mark(answer, &sources) == json_array_size(json_object_get(answer, "unsupported")));
    json_array_foreach(json_object_get(answer, "unsupported"), i, claim)
        must(json_string_length(json_object_get(claim, "text")) > 0);
    figure_labels_settle(answer, page);
    page_kind_settle(answer, page, &(struct page_kind_place){.slide = 3, .slides = 9});
    json_decref(answer);
    page_free(&page);
}

static void check_words(const char *text)
{
    char *once = fold(text), *twice = fold(once);
    struct cloze gap;

    must(strcmp(once, twice) == 0);
    for (size_t from = 0; cloze_next(text, from, &gap); from = gap.at + gap.size)
        must(gap.at >= from && gap.inner + gap.inner_size + 2 == gap.at + gap.size &&
             gap.size <= strlen(text));
    free(once);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t half = size / 2;
    char *slide = text_of(data, half), *told = text_of(data + half, size - half);

    if (slide != NULL && told != NULL) {
        check(slide, told);
        check_words(told);
    }
    free(slide);
    free(told);
    return 0;
}
