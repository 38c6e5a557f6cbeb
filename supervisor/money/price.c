/* price - see price.h */
#include "supervisor/money/price.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conf/setting.h"
#include "proto/utf8.h"

enum { MICRO = 1000000, PLACES = 6, MAX_USD = 1000000000, MAX_NAME = 128, MAX_SHOWN = 80 };

enum rule { TILES, PATCHES, CROPS, FLAT, AREA };

static const struct model {
    const char *name;
    int64_t input_nano, output_nano;
    enum rule rule;
    uint32_t first, second; /* the rule's numbers */
} models[] = {
#define MODEL(name, input, output, rule, first, second)                                                      \
    {name, (int64_t)((input)*1000 + 0.5), (int64_t)((output)*1000 + 0.5), rule, first, second},
#include "conf/models.def"
#undef MODEL
};

/* Comes nearest to what local and unknown models do, a token for 28 x 28 pixels, and is more than most. */
static const struct model unknown = {.name = "", .rule = AREA, .first = 600, .second = 16384};

/* ---- names ---- */

/* How much of the model's name this one covers; 0: it is another. */
static size_t covers(const char *name, size_t size, const char *model)
{
    if (size == 0 || strncasecmp(name, model, size) != 0)
        return 0;
    return model[size] == '\0' || strchr("-:@", model[size]) != NULL ? size : 0;
}

static const char *without_vendor(const char *model)
{
    const char *slash = strrchr(model, '/');

    return slash == NULL ? model : slash + 1;
}

static const struct model *model_find(const char *name)
{
    const struct model *best = NULL;
    size_t max = 0;

    name = without_vendor(name);
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        size_t size = covers(models[i].name, strlen(models[i].name), name);

        if (size > max) {
            max = size;
            best = &models[i];
        }
    }
    return best;
}

/* ---- money ---- */

/* A decimal number of at most so many bytes, times a million. Returns how many bytes it has; 0: none. */
static size_t micro_take(const char *text, int64_t *micro)
{
    const char *at = text;
    int64_t whole = 0, part = 0, unit = MICRO;

    for (; *at >= '0' && *at <= '9'; at++)
        if ((whole = whole * 10 + (*at - '0')) > MAX_USD)
            return 0;
    if (at == text)
        return 0;
    if (*at == '.') {
        if (at[1] < '0' || at[1] > '9')
            return 0;
        for (at++; *at >= '0' && *at <= '9'; at++) {
            unit /= 10;
            if (unit == 0)
                return 0;
            part += (*at - '0') * unit;
        }
    }
    *micro = whole * MICRO + part;
    return (size_t)(at - text);
}

bool usd_parse(const char *text, int64_t *micro)
{
    int64_t value;
    size_t size = micro_take(text, &value);

    if (size == 0 || text[size] != '\0' || value > (int64_t)MAX_USD * MICRO)
        return false;
    *micro = value;
    return true;
}

int64_t price_of(const struct price *price, uint64_t input_tokens, uint64_t output_tokens)
{
    unsigned __int128 nano = (unsigned __int128)(uint64_t)price->input_nano * input_tokens +
                             (unsigned __int128)(uint64_t)price->output_nano * output_tokens,
                      micro = (nano + 999) / 1000;

    return micro > MAX_PRICE ? MAX_PRICE : (int64_t)micro;
}

/* ---- model.prices ---- */

struct entry {
    const char *name;
    size_t size; /* of the name; 0: there is no further entry */
    int64_t input_nano, output_nano;
};

static const char *blanks(const char *at)
{
    return at + strspn(at, " \t\n");
}

/* USD per million tokens, as nano-USD a token: finer than that is rounded up. */
static const char *price_take(const char *at, int64_t *nano)
{
    int64_t micro;
    size_t size;

    if (blanks(at) == at)
        return NULL;
    at = blanks(at);
    size = micro_take(at, &micro);
    if (size == 0)
        return NULL;
    *nano = (micro + 999) / 1000;
    return at + size;
}

/* Reads one entry and goes behind it. False: it is not one. */
static bool entry_take(const char **text, struct entry *entry)
{
    const char *at = blanks(*text);

    *entry = (struct entry){.name = at, .size = strcspn(at, " \t\n,")};
    if (*at == '\0')
        return true;
    *text = at;
    if (entry->size == 0 || entry->size > MAX_NAME)
        return false;
    at = price_take(at + entry->size, &entry->input_nano);
    at = at == NULL ? NULL : price_take(at, &entry->output_nano);
    if (at == NULL)
        return false;
    at = blanks(at);
    if (*at != ',' && *at != '\0')
        return false;
    *text = *at == ',' ? at + 1 : at;
    return true;
}

const char *price_overrides_fault(const char *overrides)
{
    static char fault[256];
    struct entry entry;

    do {
        if (!entry_take(&overrides, &entry)) {
            snprintf(fault, sizeof fault,
                     "\"%.*s\" is not MODEL INPUT OUTPUT, prices in USD per million tokens, such as "
                     "\"gpt-4o 2.50 10, my-model 0 0\"",
                     utf8_head(overrides,
                               strcspn(overrides, ",") > MAX_SHOWN ? MAX_SHOWN : strcspn(overrides, ",")),
                     overrides);
            return fault;
        }
    } while (entry.size > 0);
    return NULL;
}

static bool find_override(struct price *price, const char *overrides, const char *model)
{
    size_t max = 0;
    struct entry entry;

    while (entry_take(&overrides, &entry) && entry.size > 0) {
        size_t size = covers(entry.name, entry.size, model);

        if (size == 0)
            size = covers(entry.name, entry.size, without_vendor(model));
        if (size <= max)
            continue;
        max = size;
        *price =
            (struct price){.input_nano = entry.input_nano, .output_nano = entry.output_nano, .known = true};
    }
    return max > 0;
}

/* ---- what is asked ---- */

/* Routers mark what they give away. */
static bool is_free(const char *model)
{
    size_t size = strlen(model);

    return size > 5 && strcmp(model + size - 5, ":free") == 0;
}

bool price_find(struct price *price, const char *overrides, const char *model)
{
    const struct model *row = model_find(model);

    *price = (struct price){.known = false};
    if (find_override(price, overrides, model))
        return true;
    price->known = row != NULL || is_free(model);
    if (row != NULL && !is_free(model)) {
        price->input_nano = row->input_nano;
        price->output_nano = row->output_nano;
    }
    return price->known;
}

bool price_find_at(struct price *price, const char *overrides, const char *preset, const char *base_url,
                   const char *model)
{
    enum preset_kind kind = preset_find(preset, base_url);

    if (kind == PRESETS || preset_table[kind].costs)
        return price_find(price, overrides, model);
    if (!find_override(price, overrides, model))
        *price = (struct price){.known = true};
    return true;
}

bool price_overridden(const char *overrides, const char *model)
{
    struct price price;

    return find_override(&price, overrides, model);
}

/* What follows a name and does not make it another model's: -2024-08-06, :latest, -001, .gguf */
static bool is_version(const char *rest)
{
    static const char *const words[] = {"latest", "preview", "gguf", "free"};

    while (*rest != '\0') {
        size_t size = strspn(rest, "-:@._0123456789");

        for (size_t i = 0; size == 0 && i < sizeof words / sizeof *words; i++)
            if (strncasecmp(rest, words[i], strlen(words[i])) == 0)
                size = strlen(words[i]);
        if (size == 0)
            return false;
        rest += size;
    }
    return true;
}

static bool begins(const char *longer, const char *shorter)
{
    size_t size = strlen(shorter);

    return strncasecmp(longer, shorter, size) == 0 &&
           (longer[size] == '\0' || (strchr("-:@.", longer[size]) != NULL && is_version(longer + size)));
}

bool price_same_model(const char *asked, const char *answered)
{
    asked = without_vendor(asked);
    answered = without_vendor(answered);
    return begins(asked, answered) || begins(answered, asked);
}

bool price_all_known(const struct conf *conf, const char **model)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);
    struct price price;

    for (unsigned i = 0; i < count; i++)
        if (!price_find_at(&price, conf->model_prices, settings[i].preset, settings[i].base_url,
                           settings[i].model)) {
            *model = settings[i].model;
            return false;
        }
    return true;
}

/* ---- tokens ---- */

static uint64_t parts(uint64_t whole, uint64_t part)
{
    return (whole + part - 1) / part;
}

static uint64_t tiles(uint64_t width, uint64_t height)
{
    enum { BOX = 2048, SHORT = 768, TILE = 512 };
    uint64_t longer = width > height ? width : height, shorter;

    if (longer > BOX) {
        width = parts(width * BOX, longer);
        height = parts(height * BOX, longer);
    }
    shorter = width < height ? width : height;
    if (shorter > SHORT) {
        width = parts(width * SHORT, shorter);
        height = parts(height * SHORT, shorter);
    }
    return parts(width, TILE) * parts(height, TILE);
}

static uint64_t crops(uint64_t width, uint64_t height)
{
    enum { SMALL = 384, SMALLEST = 256, LARGEST = 768 };
    uint64_t shorter = width < height ? width : height, side = shorter * 2 / 3;

    if (width <= SMALL && height <= SMALL)
        return 1;
    side = side < SMALLEST ? SMALLEST : side > LARGEST ? LARGEST : side;
    return parts(width, side) * parts(height, side);
}

static uint64_t min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t tokens_image(const char *model, const char *detail, uint32_t width, uint32_t height)
{
    const struct model *row = model_find(model);
    uint64_t w = width == 0 ? 1 : width, h = height == 0 ? 1 : height;

    if (row == NULL)
        row = &unknown;
    switch (row->rule) {
    case TILES:
        return row->first + (strcmp(detail, "low") == 0 ? 0 : row->second * tiles(w, h));
    case PATCHES:
        return parts(min(parts(w, 32) * parts(h, 32), row->first) * row->second, 100);
    case CROPS:
        return row->first * crops(w, h);
    case FLAT:
        return row->first;
    case AREA:
        break;
    }
    return min(parts(w * h, row->first), row->second);
}

/* Over the pages of tests/corpus/lectures (seven languages, two of them of Asia), the tokenizers cl100k and
 * o200k make 0.16 to 0.61 tokens of a byte: words a quarter, formulas and loose signs the most. */
uint64_t tokens_text(uint64_t bytes)
{
    return bytes / 3 * 2 + 2;
}
