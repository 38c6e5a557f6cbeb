/* modelerror - see modelerror.h */
#include "stages/vision/modelerror.h"

#include <stddef.h>
#include <string.h>

/* First row that fits counts. status 0: any; word NULL: any. A word is compared with error.code and
 * error.type. */
static const struct row {
    long from, to;
    const char *word;
    enum deed deed;
    enum code code;
} rows[] = {
    {0, 599, "insufficient_quota", DEED_ALL, CODE_MODEL_QUOTA},
    {0, 599, "credit_balance_exhausted", DEED_ALL, CODE_MODEL_QUOTA},
    {0, 599, "organization_spend_limit_exceeded", DEED_ALL, CODE_MODEL_QUOTA},
    {0, 599, "project_spend_limit_exceeded", DEED_ALL, CODE_MODEL_QUOTA},
    {0, 599, "organization_usage_limit_exceeded", DEED_ALL, CODE_MODEL_QUOTA},
    {0, 599, "billing_hard_limit_reached", DEED_ALL, CODE_MODEL_QUOTA},
    {400, 404, "invalid_api_key", DEED_ALL, CODE_MODEL_AUTH},
    {400, 404, "model_not_found", DEED_ALL, CODE_MODEL_NOT_FOUND},
    {400, 400, "image_content_policy_violation", DEED_SLIDE, CODE_MODEL_FILTERED},
    {400, 400, "content_policy_violation", DEED_SLIDE, CODE_MODEL_FILTERED},
    {400, 400, "content_filter", DEED_SLIDE, CODE_MODEL_FILTERED},
    {401, 401, NULL, DEED_ALL, CODE_MODEL_AUTH},
    {402, 402, NULL, DEED_ALL, CODE_MODEL_QUOTA},
    {403, 403, NULL, DEED_ALL, CODE_MODEL_AUTH},
    {404, 404, NULL, DEED_ALL, CODE_MODEL_NOT_FOUND},
    {408, 408, NULL, DEED_AGAIN, CODE_MODEL_TIMEOUT},
    {409, 409, NULL, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    {400, 413, "image_too_large", DEED_PLAIN, CODE_MODEL_REJECTED},
    {413, 413, NULL, DEED_PLAIN, CODE_MODEL_REJECTED},
    {429, 429, NULL, DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
    {400, 499, NULL, DEED_SLIDE, CODE_MODEL_REJECTED},
    {503, 503, "server_is_overloaded", DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
    {503, 503, "slow_down", DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
    {529, 529, NULL, DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
    {504, 504, NULL, DEED_AGAIN, CODE_MODEL_TIMEOUT},
    {500, 599, NULL, DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    {300, 399, NULL, DEED_SLIDE,
     CODE_MODEL_UNAVAILABLE}, /* redirects are not followed: the base URL is wrong */
};

static bool is(const char *word, const char *said)
{
    return said != NULL && strcmp(word, said) == 0;
}

static enum deed overruled(enum deed deed, int should_retry)
{
    if (should_retry == 0 && (deed == DEED_AGAIN || deed == DEED_SLOWER))
        return DEED_SLIDE;
    if (should_retry == 1 && deed == DEED_SLIDE)
        return DEED_AGAIN;
    return deed; /* no header makes us spend tries on a bad key or an empty account */
}

enum deed modelerror_find(long status, const char *word, const char *kind, int should_retry, enum code *code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];

        if (status < row->from || status > row->to)
            continue;
        if (row->word != NULL && !is(row->word, word) && !is(row->word, kind))
            continue;
        *code = row->code;
        return overruled(row->deed, should_retry);
    }
    *code = CODE_MODEL_UNAVAILABLE; /* 1xx, 2xx without sense, numbers nobody knows */
    return DEED_AGAIN;
}
