/* fuzz_lists - any text as the lists of a configuration (headers, prices, amounts) and as an API's rate
 * headers
 *
 * What is taken must hold what it promises: a header of a faultless list is one line, a price is no less than
 * nothing, a duration is no more than a year.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "conf/headerlist.h"
#include "conf/preset.h"
#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/model/dialect.h"
#include "stages/vision/model/error_body.h"
#include "stages/vision/model/rate_limit_headers.h"
#include "supervisor/money/price.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_headers(const char *list)
{
    char *line;

    if (headerlist_fault(list) != NULL)
        return;
    while ((line = headerlist_next(&list)) != NULL) {
        char *colon = strstr(line, ": ");

        must(colon != NULL && colon != line && colon[2] != '\0');
        must(strpbrk(line, "\r\n") == NULL);
        must(strncasecmp(line, "Host:", 5) != 0 && strncasecmp(line, "Authorization:", 14) != 0);
        free(line);
    }
}

static void try_money(const char *text)
{
    struct price price;
    int64_t micro;

    price_overrides_fault(text);
    if (price_find(&price, text, "gpt-4o"))
        must(price.input_nano >= 0 && price.output_nano >= 0);
    price_find(&price, "", text);
    must(price_of(&price, 1000000, 1000000) >= 0);
    must(tokens_image(text, text, 1365, 768) > 0);
    if (usd_parse(text, &micro))
        must(micro >= 0 && micro <= INT64_C(1000000000) * 1000000);
}

static void try_rates(const char *text)
{
    const struct rate_limit_headers_texts texts = {text, text, text, text, text, text};
    const struct rate_limit_headers rate = rate_limit_headers_read(&texts);
    int64_t ms = rate_limit_headers_duration_ms(text);

    must(ms >= -1 && ms <= INT64_C(365) * 86400000);
    must(rate.limit_requests > 0 || rate.left_requests == 0);
}

/* Each kind of refusal, in these words: a dialect steps a bounded number of times and stays one of ours. */
static void try_dialects(const char *text)
{
    json_t *root = json_loads(text, JSON_DECODE_ANY, NULL);
    struct error_said said;

    error_body_read(root, text, strlen(text), &said);
    json_decref(root);
    must(utf8_valid(said.message, strlen(said.message)) && model_error_find(400, &said) < MEANINGS);
    for (unsigned meaning = 0; meaning < MEANINGS; meaning++) {
        struct dialect now = {.format = FORMAT_SCHEMA, .tokens = TOKENS_PLAIN}, used = now;

        for (int i = 0; i < 16 && dialect_step(&now, &used, 4096, (enum meaning)meaning, &said); i++)
            used = now;
        must(now.format <= FORMAT_PROMPT && now.tokens <= TOKENS_PLAIN);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = need(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    try_headers(text);
    try_money(text);
    try_rates(text);
    try_dialects(text);
    must(preset_find("auto", text) < PRESETS);
    must(preset_find(text, "") <= PRESETS);
    free(text);
    return 0;
}
