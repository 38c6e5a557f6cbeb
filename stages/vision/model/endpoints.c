/* endpoints - see endpoints.h */
#include "stages/vision/model/endpoints.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/headerlist.h"
#include "conf/setting.h"
#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/model/endpoint_state.h"
#include "stages/vision/model/model_url.h"

enum {
    LOOK_MS = 60000,   /* until one call looks again; also how long a look may take to be heard of */
    TRY_MS = 150,      /* how long others wait for the first call of all: a refusal comes at once */
    TRY_OWN_MS = 20000 /* the same for a server of one's own, which may answer in another format */
};

enum key_form { BEARER, API_KEY };

/* What the columns of presets.def mean over the wire. */
static const struct manner {
    enum key_form key;
    struct dialect dialect;
} manners[PRESETS] = {
#define PRESET(name, base_url, known_by, key, needs_key, costs, format_, tokens_, model)                     \
    {key, {.format = FORMAT_##format_, .tokens = TOKENS_##tokens_}},
#include "conf/presets.def"
#undef PRESET
};

/* ---- configuration ---- */

const char *endpoints_fault(const struct conf *conf)
{
    static char fault[384];
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);

    if (count == 2 && strcmp(settings[1].path, "fallback_2") == 0)
        return "fallback_2 is set and fallback_1 is not: name the first fallback first";
    for (unsigned i = 0; i < count; i++) {
        const struct setting *s = &settings[i];
        const char *headers = headerlist_fault(s->headers);
        char *url = model_url_chat(s->base_url);
        bool is_url = url != NULL;

        free(url);
        if (s->kind == PRESETS)
            snprintf(fault, sizeof fault, "%s.preset: there is no %.64s", s->path, s->preset);
        else if (headers != NULL)
            snprintf(fault, sizeof fault, "%s.headers: %s", s->path, headers);
        else if (*s->base_url == '\0')
            snprintf(fault, sizeof fault, "%s.base_url: %s has a URL of your own, and none is set", s->path,
                     preset_table[s->kind].name);
        else if (!is_url)
            snprintf(fault, sizeof fault, "%s.base_url: %.200s is not a URL", s->path, s->base_url);
        else
            continue;
        return fault;
    }
    return NULL;
}

const char *endpoints_lacks(const struct conf *conf)
{
    static char lacks[160];
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);

    *lacks = '\0';
    for (unsigned i = 0; i < count; i++) {
        size_t used = strlen(lacks);
        enum preset_kind kind = settings[i].kind;

        if (*settings[i].key != '\0' || kind == PRESETS || !preset_table[kind].needs_key)
            continue;
        snprintf(lacks + used, sizeof lacks - used, "%s%s", used > 0 ? ", " : "", settings[i].key_name);
    }
    return lacks;
}

/* ---- birth and death ---- */

static void header_add(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);

    must(longer != NULL);
    *headers = longer;
}

static void header_add_owned(struct curl_slist **headers, char *line)
{
    header_add(headers, line);
    explicit_bzero(line, strlen(line));
    free(line);
}

static struct curl_slist *fixed_of(const struct setting *setting)
{
    struct curl_slist *headers = NULL;
    const char *list = setting->headers;
    char *line;

    header_add(&headers, "Content-Type: application/json");
    if (*setting->key != '\0') {
        if (asprintf(&line,
                     manners[setting->kind].key == API_KEY ? "api-key: %s" : "Authorization: Bearer %s",
                     setting->key) == -1)
            panic("out of memory");
        header_add_owned(&headers, line);
    }
    while ((line = headerlist_next(&list)) != NULL)
        header_add_owned(&headers, line);
    return headers;
}

/* FNV-1a: tells endpoints apart, nothing more. With the answer's version: what an endpoint said of another
 * schema does not count. */
static uint64_t print_of(const char *url, const char *model)
{
    uint64_t print = UINT64_C(14695981039346656037) + ANSWER_SCHEMA_VERSION;
    const char *texts[] = {url, model};

    for (int i = 0; i < 2; i++)
        for (const char *at = texts[i]; at == texts[i] || at[-1] != '\0'; at++)
            print = (print ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return print;
}

/* Finds this endpoint in what was remembered; anything that is not ours to read is passed over. */
static void recall(struct place *place, const char *dialects)
{
    char mark[20];
    const char *at;

    snprintf(mark, sizeof mark, "%016" PRIx64 ":", place->print);
    at = strstr(dialects, mark);
    if (at == NULL)
        return;
    dialect_read(&place->shown.dialect, at + strlen(mark));
    place->tried = true;
}

struct endpoints *endpoints_open(const struct conf *conf)
{
    struct endpoints *e = need_zero(1, sizeof *e);
    struct setting settings[MAX_SETTINGS];

    e->count = settings_of(conf, settings);
    for (unsigned i = 0; i < e->count; i++) {
        struct place *place = &e->places[i];

        place->url = model_url_chat(settings[i].base_url);
        must(place->url != NULL); /* endpoints_fault has looked */
        place->fixed = fixed_of(&settings[i]);
        place->shown = (struct endpoint){.index = i,
                                         .url = place->url,
                                         .model = settings[i].model,
                                         .key = settings[i].key,
                                         .dialect = manners[settings[i].kind].dialect};
        place->print = print_of(place->url, place->shown.model);
        place->tried =
            settings[i].kind == PRESET_openai || settings[i].kind == PRESET_azure; /* they wrote it */
        place->try_ms = preset_table[settings[i].kind].costs ? TRY_MS : TRY_OWN_MS;
        recall(place, conf->model_dialects);
        dialect_write(&place->shown.dialect, place->kept);
        place->first = place->shown.dialect;
    }
    return e;
}

static void wipe(struct curl_slist *headers)
{
    for (struct curl_slist *at = headers; at != NULL; at = at->next)
        explicit_bzero(at->data, strlen(at->data));
    curl_slist_free_all(headers);
}

void endpoints_close(struct endpoints **endpoints)
{
    struct endpoints *e = *endpoints;

    if (e == NULL)
        return;
    for (unsigned i = 0; i < e->count; i++) {
        wipe(e->places[i].fixed);
        free(e->places[i].url);
    }
    free(e);
    *endpoints = NULL;
}

/* ---- asking ---- */

unsigned endpoints_count(const struct endpoints *endpoints)
{
    return endpoints->count;
}

const struct endpoint *endpoints_at(const struct endpoints *endpoints, unsigned index)
{
    must(index < endpoints->count);
    return &endpoints->places[index].shown;
}

struct place *endpoints_place(struct endpoints *e, const struct endpoint *endpoint)
{
    must(endpoint->index < e->count && endpoint == &e->places[endpoint->index].shown);
    return &e->places[endpoint->index];
}

static bool is_up(const struct place *place, int64_t now_ms)
{
    return place->down_until_ms <= now_ms;
}

/* All are down: the one that merely fails and is to be looked at soonest, for it may be back. */
static struct place *least_down(struct endpoints *e)
{
    struct place *best = NULL;

    for (unsigned i = 0; i < e->count; i++) {
        struct place *place = &e->places[i];

        if (!place->hard && (best == NULL || place->down_until_ms < best->down_until_ms))
            best = place;
    }
    return best;
}

bool endpoints_any(struct endpoints *endpoints, int64_t now_ms)
{
    for (unsigned i = 0; i < endpoints->count; i++)
        if (is_up(&endpoints->places[i], now_ms))
            return true;
    return least_down(endpoints) != NULL;
}

/* One call looks; the others stay away until it is heard of. */
static const struct endpoint *look(struct place *place, uint64_t turn, int64_t now_ms)
{
    place->look_turn = turn;
    place->look_until_ms = now_ms + LOOK_MS;
    if (place->down_until_ms < place->look_until_ms)
        place->down_until_ms = place->look_until_ms;
    return &place->shown;
}

/* Whatever a server does with a format, it does to all calls: the first one goes alone, or each of them would
 * have to be made twice. A service refuses what it does not take; a server of one's own may pass it over, and
 * only its answer shows that. NULL: it is under way. */
static const struct endpoint *try_first(struct place *place, uint64_t turn, int64_t now_ms)
{
    if (place->tried || place->proven || place->shown.dialect.format == FORMAT_PROMPT)
        return &place->shown;
    if (place->try_turn != 0 && place->try_until_ms > now_ms)
        return NULL;
    place->tried = place->try_turn != 0; /* it is slow: nobody waits a second time */
    place->try_turn = turn;
    place->try_until_ms = now_ms + place->try_ms;
    return &place->shown;
}

int64_t endpoints_wait(const struct endpoints *endpoints, int64_t now_ms)
{
    for (unsigned i = 0; i < endpoints->count; i++) {
        const struct place *place = &endpoints->places[i];

        if (!place->tried && place->try_turn != 0)
            return place->try_until_ms > now_ms ? place->try_until_ms - now_ms : 0;
    }
    return -1;
}

const struct endpoint *endpoints_pick(struct endpoints *endpoints, int64_t now_ms, uint64_t *turn)
{
    struct place *first = &endpoints->places[0], *last;

    *turn = ++endpoints->turn;
    for (unsigned i = 0; i < endpoints->count; i++) {
        struct place *place = &endpoints->places[i];

        if (is_up(place, now_ms))
            return place->down_until_ms == 0 ? try_first(place, *turn, now_ms) : look(place, *turn, now_ms);
    }
    last = least_down(endpoints);
    if (last != NULL)
        return &last->shown;
    if (first->look_until_ms <= now_ms)
        return look(first, *turn,
                    now_ms); /* somebody may have paid meanwhile, and this is work that waits for it */
    return NULL;
}

void endpoints_dropped(struct endpoints *endpoints, const struct endpoint *endpoint, uint64_t turn)
{
    struct place *place = endpoints_place(endpoints, endpoint);

    if (turn == place->look_turn)
        place->look_until_ms = 0;
    if (turn == place->try_turn)
        place->try_turn = 0;
}

struct curl_slist *endpoints_headers(const struct endpoints *endpoints, const struct endpoint *endpoint,
                                     const char *id)
{
    struct curl_slist *headers = NULL;
    char line[600];

    for (struct curl_slist *at = endpoints->places[endpoint->index].fixed; at != NULL; at = at->next)
        header_add(&headers, at->data);
    snprintf(line, sizeof line, "X-Client-Request-Id: %s", id);
    header_add(&headers, line);
    return headers;
}
