/* model_error - see model_error.h */
#include "stages/vision/model/model_error.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Names by which endpoints call a response_format that they do not take. */
#define FORMATS                                                                                              \
    "response_format|responseformat|json_schema|json_object|structured output|structured_output|"            \
    "response_schema|responseSchema|json schema|grammar|additionalProperties|guided|initialize samplers|"    \
    "output_config|too many states|specified schema|nesting depth"
#define LIMITS                                                                                               \
    "max_tokens|max_completion_tokens|completion tokens|output tokens|max_new_tokens|maxtokens|maximum "     \
    "tokens|maxOutputTokens|max_output_tokens"
#define TOO_MUCH                                                                                             \
    "too large|too high|too big|at most|maximum|exceed|too many|less than|lower than|valid range|between|"   \
    "greater than|not be more|<=| > |upper bound|limit of|supported range"
#define NOT_TAKEN                                                                                            \
    "not support|unsupported|n't support|only supported|not a multimodal|not multimodal|not enabled|"        \
    "not allowed|unknown variant|must be a string|should be a string|not available|missing data|at most 0|"  \
    "not accept|n't accept|no support|not able|unable|cannot|can't|text-only|text only|does not have|"       \
    "without vision|not capable|no endpoints found|not loaded"

/* First row that fits counts. word: one of those a machine wrote (any of its words); text, also: parts of
 * its sentences or of the named field, alternatives divided by |, both must be there. NULL: any. */
static const struct row {
    long from, to;
    const char *word, *text, *also;
    enum meaning meaning;
} rows[] = {
    /* money, key and model, in words that mean the same under any status */
    {0, 599,
     "insufficient_quota|credit_balance_exhausted|billing_hard_limit_reached|billing_not_active|"
     "organization_spend_limit_exceeded|project_spend_limit_exceeded|"
     "organization_usage_limit_exceeded|budget_exceeded|insufficient_credits|insufficient_balance|"
     "exceeded_current_quota_error|credit_limit|Arrearage",
     NULL, NULL, MEANS_MONEY},
    {400, 429, NULL,
     "insufficient balance|insufficient credit|credit balance|out of credit|budget has been exceeded|payment "
     "required|purchase more credits|purchase credits|more credits|any credits|included credits|credits "
     "expired|free-models-per-day|daily free allocation|past invoices|余额不足|欠费",
     NULL, MEANS_MONEY},
    {400, 403, NULL, "quota|billing|spending limit|spend limit|key limit|usage limit",
     "exceed|reached|limit|check|disabled|enable", MEANS_MONEY},
    {0, 599, "all_deployments_in_cooldown", NULL, NULL, MEANS_DOWN},
    {400, 400, NULL, "model has crashed|model unloaded|model is unloaded|model was unloaded", NULL,
     MEANS_DOWN},
    {400, 400, "json_validate_failed", NULL, NULL, MEANS_SHAPELESS},
    {429, 503, NULL, "no deployments available", NULL, MEANS_DOWN},
    {0, 599,
     "invalid_api_key|API_KEY_INVALID|authentication_error|no_db_connection|UNAUTHENTICATED|"
     "auth_error|token_not_found_in_db|key_model_access_denied|UnrecognizedClientException|"
     "ExpiredTokenException|invalid_authentication_error|expired_key|organization_restricted",
     NULL, NULL, MEANS_KEY},
    {400, 403, NULL, "api key|api-key|api_key|apikey|auth token|access token|authentication|credential",
     "invalid|not valid|incorrect|missing|expired|required|unauthorized|not found|no connected "
     "db|wrong|disabled|malformed|provide|authentication error",
     MEANS_KEY},
    {498, 498, NULL, "token", "invalid|expired", MEANS_KEY},
    {400, 403, "unsupported_country_region_territory", NULL, NULL, MEANS_KEY},
    {400, 403, NULL, "location is not supported|country, region", NULL, MEANS_KEY},
    {400, 404,
     "model_not_found|model_not_exist|ModelNotFound|invalid_model|DeploymentNotFound|model_not_available|"
     "model_decommissioned|model_permission_blocked_project|model_permission_blocked_org|"
     "dedicated_endpoint_not_running|model_not_supported|OperationNotSupported",
     NULL, NULL, MEANS_MODEL},
    {400, 422, NULL, "model",
     "invalid model name|not a valid model|model not found|unknown model|no such model|model not exist|model "
     "identifier is invalid|model does not exist|invalid model id|no models loaded|not found, try pulling|"
     "non-serverless model|decommissioned|has been retired|no longer available",
     MEANS_MODEL},
    {400, 400, NULL, "the model `|the model '|model \"", "does not exist|not found", MEANS_MODEL},

    /* what was asked is against the rules */
    {400, 403,
     "image_content_policy_violation|content_policy_violation|content_filter|invalid_prompt|"
     "ResponsibleAIPolicyViolation|data_inspection_failed|safety_violation|moderation_blocked|content_"
     "blocked",
     NULL, NULL, MEANS_FILTER},
    {400, 451, NULL,
     "content management policy|content policy|content exists risk|requires moderation|input was "
     "flagged|inappropriate content|prohibited content|safety policy|safety system|violates|potentially "
     "violating|usage "
     "policies|敏感内容",
     NULL, MEANS_FILTER},

    /* what the endpoint would take instead */
    {500, 503, NULL, "context size has been exceeded", NULL, MEANS_SHARED},
    {400, 599, "context_length_exceeded|exceed_context_size_error|context_window_exceeded", NULL, NULL,
     MEANS_CONTEXT},
    {400, 502, NULL,
     "context length|context size|context window|maximum context|exceed context|max_model_len|too many input "
     "tokens|input token count|prompt is too long|prompt too long|input is too long|input too long|`inputs` "
     "tokens|`inputs` must have|input length|prompt contains|when context the overflows|reduce the length "
     "of|must be at least 1, got|longest prompt|number of input tokens|too many tokens|too large to process",
     NULL, MEANS_CONTEXT},
    {400, 502, NULL, LIMITS, TOO_MUCH, MEANS_CAP},
    {400, 415, "image_too_large", NULL, NULL, MEANS_LARGE},
    {400, 422, "invalid_image|invalid_image_format|image_parse_error|invalid_image_url|invalid_base64_image",
     NULL, NULL, MEANS_REQUEST},
    {400, 422, NULL,
     "image exceeds|image is too large|image too large|image size|image dimension|images are too "
     "large|pixels",
     NULL, MEANS_LARGE},
    {500, 502, NULL, "process image", NULL, MEANS_LARGE},
    {400, 502, NULL,
     "unsupported image|image format|decode image|process image|process input image|invalid image|image "
     "could not be "
     "loaded",
     NULL, MEANS_REQUEST},
    {400, 502, NULL, "image|vision|multimodal|multi-modal|picture|mmproj", NOT_TAKEN, MEANS_BLIND},
    {400, 422, NULL, "content",
     "must be a string|should be a string|expected a string|input should be a valid string|valid string",
     MEANS_BLIND},
    {400, 502, NULL, FORMATS, NULL, MEANS_FORMAT},
    {400, 500, NULL,
     "roles must alternate|only user and assistant|system role|system message|system prompt|system "
     "instruction|developer instruction|role 'system'|role \"system\"|role: system|'system' with this "
     "model|role system|after the optional system",
     NULL, MEANS_SYSTEM},
    {400, 500, NULL, "max_completion_tokens|max_tokens", NULL, MEANS_TOKENS},

    /* what passes */
    {500, 503, "server_is_overloaded|slow_down|overloaded_error|overloaded|engine_overloaded_error", NULL,
     NULL, MEANS_BUSY},
    {400, 529, NULL,
     "loading model|model is loading|currently loading|is loading|still loading|starting up|warming up|not "
     "ready yet|is not ready|model is being loaded",
     NULL, MEANS_LOADING},
    {429, 429, NULL, "overloaded|high demand", NULL, MEANS_BUSY},
    {0, 599,
     "rate_limit_exceeded|rate_limit_error|ThrottlingException|TooManyRequestsException|RESOURCE_EXHAUSTED|"
     "rate_limited",
     NULL, NULL, MEANS_RATE},
    {429, 429, "overloaded|ModelNotReadyException|server_is_overloaded", NULL, NULL, MEANS_BUSY},
    {429, 429, NULL, NULL, NULL, MEANS_RATE},
    {500, 503, NULL,
     "overloaded|high demand|over capacity|at capacity|server busy|server is busy|too many requests|queue is "
     "full|slots are|no slot|no available slot|capacity exceeded",
     NULL, MEANS_BUSY},
    {500, 502, NULL, "does not match the expected|failed to parse input at", NULL, MEANS_CUT},
    {500, 503, NULL, "timed out|timeout|deadline exceeded|took too long", NULL, MEANS_TIMEOUT},
    {498, 498, NULL, NULL, NULL, MEANS_BUSY},
    {529, 529, NULL, NULL, NULL, MEANS_BUSY},
    {408, 408, NULL, NULL, NULL, MEANS_TIMEOUT},
    {499, 499, NULL, NULL, NULL, MEANS_TIMEOUT},
    {504, 504, NULL, NULL, NULL, MEANS_TIMEOUT},
    {522, 524, NULL, NULL, NULL, MEANS_TIMEOUT},
    {598, 599, NULL, NULL, NULL, MEANS_TIMEOUT},
    {409, 409, NULL, NULL, NULL, MEANS_DOWN},
    {423, 425, NULL, NULL, NULL, MEANS_DOWN},

    /* the status alone */
    {401, 401, NULL, NULL, NULL, MEANS_KEY},
    {402, 402, NULL, NULL, NULL, MEANS_MONEY},
    {403, 403, NULL, NULL, NULL, MEANS_KEY},
    {404, 404, NULL, "requested parameters", NULL, MEANS_VAGUE},
    {404, 404, NULL, NULL, NULL, MEANS_MODEL},
    {413, 413, NULL, NULL, NULL, MEANS_LARGE},
    {300, 399, NULL, NULL, NULL, MEANS_ADDRESS},
    {400, 422, NULL,
     "contains an invalid argument|bad request|unprocessable|validation error|provider returned "
     "error|invalid request body|bad_request",
     NULL, MEANS_VAGUE},
    {400, 499, NULL, NULL, NULL, MEANS_REQUEST},
    {500, 599, NULL, NULL, NULL, MEANS_DOWN},
};

static const struct {
    enum deed deed;
    enum code code;
} deeds[MEANINGS] = {
    [MEANS_NOTHING] = {DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    [MEANS_KEY] = {DEED_ALL, CODE_MODEL_AUTH},
    [MEANS_MONEY] = {DEED_ALL, CODE_MODEL_QUOTA},
    [MEANS_MODEL] = {DEED_ALL, CODE_MODEL_NOT_FOUND},
    [MEANS_FILTER] = {DEED_SLIDE, CODE_MODEL_FILTERED},
    [MEANS_FORMAT] = {DEED_SLIDE, CODE_MODEL_REJECTED},
    [MEANS_TOKENS] = {DEED_SLIDE, CODE_MODEL_REJECTED},
    [MEANS_CAP] = {DEED_SLIDE, CODE_MODEL_REJECTED},
    [MEANS_CONTEXT] = {DEED_PLAIN, CODE_MODEL_CONTEXT},
    [MEANS_SHARED] = {DEED_SLOWER, CODE_MODEL_CONTEXT},
    [MEANS_SYSTEM] = {DEED_SLIDE, CODE_MODEL_REJECTED},
    [MEANS_BLIND] = {DEED_PLAIN, CODE_MODEL_BLIND},
    [MEANS_LARGE] = {DEED_PLAIN, CODE_MODEL_REJECTED},
    [MEANS_LOADING] = {DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    [MEANS_BUSY] = {DEED_SLOWER, CODE_MODEL_UNAVAILABLE},
    [MEANS_RATE] = {DEED_SLOWER, CODE_MODEL_RATE_LIMITED},
    [MEANS_TIMEOUT] = {DEED_AGAIN, CODE_MODEL_TIMEOUT},
    [MEANS_DOWN] = {DEED_AGAIN, CODE_MODEL_UNAVAILABLE},
    [MEANS_CUT] = {DEED_LONGER, CODE_MODEL_TRUNCATED},
    [MEANS_SHAPELESS] = {DEED_RESHAPE, CODE_MODEL_BAD_ANSWER},
    [MEANS_ADDRESS] = {DEED_SLIDE, CODE_MODEL_UNAVAILABLE}, /* redirects are not followed */
    [MEANS_VAGUE] = {DEED_SLIDE, CODE_MODEL_REJECTED},
    [MEANS_REQUEST] = {DEED_SLIDE, CODE_MODEL_REJECTED},
};

/* Calls fits with each of the alternatives, until it is true. */
static bool any_of(const char *alternatives, bool (*fits)(const char *one, const struct error_said *said),
                   const struct error_said *said)
{
    char one[64];

    for (size_t size; *alternatives != '\0'; alternatives += size + (alternatives[size] == '|')) {
        size = strcspn(alternatives, "|");
        if (size >= sizeof one)
            continue;
        memcpy(one, alternatives, size);
        one[size] = '\0';
        if (fits(one, said))
            return true;
    }
    return false;
}

static bool is_word(const char *one, const struct error_said *said)
{
    for (int i = 0; i < ERROR_WORDS; i++)
        if (strcasecmp(said->words[i], one) == 0)
            return true;
    return false;
}

static bool is_said(const char *one, const struct error_said *said)
{
    return strcasestr(said->message, one) != NULL || strcasestr(said->param, one) != NULL;
}

static bool fits(const struct row *row, long status, const struct error_said *said)
{
    return status >= row->from && status <= row->to &&
           (row->word == NULL || any_of(row->word, is_word, said)) &&
           (row->text == NULL || any_of(row->text, is_said, said)) &&
           (row->also == NULL || any_of(row->also, is_said, said));
}

enum meaning model_error_find(long status, const struct error_said *said)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (fits(&rows[i], status, said))
            return rows[i].meaning;
    return MEANS_NOTHING; /* 1xx, 2xx without sense, numbers nobody knows */
}

enum deed model_error_deed(enum meaning meaning, int should_retry, enum code *code)
{
    enum deed deed = deeds[meaning].deed;

    *code = deeds[meaning].code;
    if (should_retry == 0 && (deed == DEED_AGAIN || deed == DEED_SLOWER))
        return DEED_SLIDE;
    if (should_retry == 1 && deed == DEED_SLIDE)
        return DEED_AGAIN;
    return deed; /* no header makes us spend tries on a bad key or an empty account */
}
