/* cost - see cost.h */
#include "supervisor/money/cost.h"

#include <string.h>

#include "supervisor/money/price.h"

/* PROMPT: bytes of a request besides the slide and the caller's wishes. */
enum {
    PROMPT_BYTES = 6500,
    MAX_OUTLINE_BYTES = 2000,
    OVERVIEW_BYTES = 1000, /* of a slide: its text, or title, summary, cards */
    MAX_OVERVIEW_BYTES = 400000,
    LETTER_BYTES = 3,
    MAX_TEXT_BYTES = 12000,
    MIN_CALLS = 8 /* before bounds are cut down to what was seen */
};

static const double MARGIN = 1.2;

/* What is to be expected, where the bounds above are never exceeded. PAGE: of a slide in an overview, over
 * the pages of tests/corpus/lectures; PAGES: of all of them (lecture_told.c bounds what is told). */
enum {
    ANSWER_TOKENS = 800,
    OVERVIEW_TOKENS = 1500,
    PROMPT_TOKENS = 1500,
    CORRECTION_TOKENS = 200,
    CORRECTION_PROMPT_TOKENS = 600,
    PAGE_TOKENS = 100,
    PAGES_TOKENS = 30000,
    TOKEN_LETTERS = 3
};

static uint64_t at_most(uint64_t value, uint64_t max)
{
    return value < max ? value : max;
}

static uint64_t text_bytes(const struct job_row *job, const struct slide_row *slide)
{
    uint64_t outline = strlen(job->outline);
    uint64_t bytes =
        PROMPT_BYTES + strlen(job->instructions) + strlen(job->title) + at_most(outline, MAX_OUTLINE_BYTES);

    return bytes + (slide == NULL ? at_most((uint64_t)job->pages * OVERVIEW_BYTES, MAX_OVERVIEW_BYTES)
                                  : at_most((uint64_t)slide->letters * LETTER_BYTES, MAX_TEXT_BYTES));
}

static uint64_t picture_tokens(const struct conf *conf, const char *model, const struct slide_row *slide)
{
    return slide == NULL || *slide->picture == '\0'
               ? 0
               : tokens_image(model, conf->model_detail, slide->width, slide->height);
}

void cost_input(const struct conf *conf, const struct job_row *job, const struct slide_row *slide, bool again,
                struct cost_input *input)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);
    uint64_t text = tokens_text(text_bytes(job, slide)) + (again ? tokens_text(PROMPT_BYTES) : 0);

    *input = (struct cost_input){.tokens = {0}};
    for (unsigned i = 0; i < count; i++)
        input->tokens[i] = text + picture_tokens(conf, settings[i].model, slide);
}

/* An upper bound, cut down to a little more than the most that was seen; raised, if that was more. */
static uint64_t bound_of(const struct cost_seen *seen, uint64_t tokens)
{
    double ratio = seen == NULL ? 0 : seen->ratio * MARGIN;

    if (seen == NULL || (ratio < 1 && seen->calls < MIN_CALLS))
        return tokens;
    return (uint64_t)((double)tokens * ratio) + 1;
}

int64_t cost_max(const struct conf *conf, const struct cost_seen *seen, const struct cost_input *input,
                 uint32_t max_tokens)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);
    int64_t max = 0;

    for (unsigned i = 0; i < count; i++) {
        int64_t one = cost_of(conf, i, settings[i].model, bound_of(seen, input->tokens[i]), max_tokens);

        max = one > max ? one : max;
    }
    return max;
}

bool cost_learn(struct cost_seen *seen, const struct cost_input *input, unsigned endpoint, uint64_t read,
                uint64_t written)
{
    double ratio;

    seen->longest = written > seen->longest ? written : seen->longest;
    if (endpoint >= MAX_SETTINGS || input->tokens[endpoint] == 0 || read == 0)
        return true;
    ratio = (double)read / (double)input->tokens[endpoint];
    seen->calls++;
    seen->ratio = ratio > seen->ratio ? ratio : seen->ratio;
    return ratio <= 1;
}

/* The endpoint of that number; one that is not configured (any more) is taken for the first. */
static struct setting setting_at(const struct conf *conf, unsigned endpoint)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);

    return settings[endpoint < count ? endpoint : 0];
}

int64_t cost_of(const struct conf *conf, unsigned endpoint, const char *model, uint64_t input,
                uint64_t output)
{
    const struct setting at = setting_at(conf, endpoint);
    struct price price;

    price_find_at(&price, conf->model_prices, at.preset, at.base_url, model);
    return price_of(&price, input, output);
}

int64_t cost_answered(const struct conf *conf, unsigned endpoint, const char *answered, uint64_t input,
                      uint64_t output)
{
    const struct setting at = setting_at(conf, endpoint);
    struct price price;

    if (*answered == '\0' || price_same_model(at.model, answered) ||
        price_overridden(conf->model_prices, at.model))
        return cost_of(conf, endpoint, at.model, input, output);
    if (price_find_at(&price, conf->model_prices, at.preset, at.base_url, answered))
        return price_of(&price, input, output);
    return preset_is_near(at.base_url) ? 0 : cost_of(conf, endpoint, at.model, input, output);
}

void cost_expect(const struct conf *conf, const struct job_row *job, const struct slide_row *slide,
                 struct cost *cost)
{
    uint64_t text = slide == NULL ? at_most((uint64_t)job->pages * PAGE_TOKENS, PAGES_TOKENS)
                                  : slide->letters / TOKEN_LETTERS;
    struct cost_input input;

    cost_input(conf, job, slide, false, &input);
    cost->input = picture_tokens(conf, conf->model_name, slide) + PROMPT_TOKENS + text;
    cost->output = slide == NULL ? OVERVIEW_TOKENS : ANSWER_TOKENS;
    cost->expected = cost_of(conf, 0, conf->model_name, cost->input, cost->output);
    cost->max = cost_max(conf, NULL, &input, (uint32_t)conf->model_max_tokens);
}

void cost_expect_again(const struct conf *conf, const struct job_row *job, const struct slide_row *slide,
                       struct cost *cost)
{
    struct cost_input input;

    cost_input(conf, job, slide, true, &input);
    cost->input = CORRECTION_PROMPT_TOKENS + slide->letters / TOKEN_LETTERS;
    cost->output = CORRECTION_TOKENS;
    cost->expected = cost_of(conf, 0, conf->model_name, cost->input, cost->output);
    cost->max = cost_max(conf, NULL, &input, (uint32_t)conf->model_max_tokens);
}
