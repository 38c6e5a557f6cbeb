/* preset - see preset.h */
#include "conf/preset.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct preset preset_table[PRESETS] = {
#define PRESET(name_, base_url_, known_by_, key, needs_key_, costs_, format, tokens, model_)                 \
    {.name = #name_,                                                                                         \
     .base_url = base_url_,                                                                                  \
     .known_by = known_by_,                                                                                  \
     .needs_key = needs_key_,                                                                                \
     .costs = costs_,                                                                                        \
     .model = model_},
#include "conf/presets.def"
#undef PRESET
};

struct place {
    char host[256], port[8];
};

/* Host and port of a URL; what is not there is "". */
static struct place place_of(const char *url)
{
    struct place place = {"", ""};
    const char *at = strstr(url, "://");
    size_t authority, host;

    if (at == NULL)
        return place;
    at += 3;
    authority = strcspn(at, "/?#");
    for (size_t i = 0; i < authority; i++)
        if (at[i] == '@') {
            at += i + 1;
            authority -= i + 1;
            i = (size_t)-1;
        }
    host = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":");
    host = host > authority ? authority : host;
    snprintf(place.host, sizeof place.host, "%.*s", (int)host, at);
    if (host < authority && at[host] == ':')
        snprintf(place.port, sizeof place.port, "%.*s", (int)(authority - host), at + host);
    return place;
}

/* The port of a server on one's own machine or network says nothing about a host of the wide world. */
static bool is_near(const char *host)
{
    unsigned a, b;

    if (strchr(host, '.') == NULL)
        return true; /* localhost, a name of this network, [::1] */
    if (sscanf(host, "%u.%u.", &a, &b) != 2)
        return false;
    return a == 127 || a == 10 || (a == 192 && b == 168) || (a == 172 && b >= 16 && b <= 31);
}

bool preset_is_near(const char *base_url)
{
    const struct place place = place_of(base_url);

    return *place.host != '\0' && is_near(place.host);
}

static bool is_known_by(const char *known_by, const struct place *place)
{
    size_t end = strlen(known_by), size = strlen(place->host);

    if (end == 0)
        return false;
    if (*known_by == ':')
        return strcmp(known_by, place->port) == 0 && is_near(place->host);
    if (size < end || strcasecmp(place->host + size - end, known_by) != 0)
        return false;
    return size == end || *known_by == '.' || place->host[size - end - 1] == '.';
}

enum preset_kind preset_find(const char *preset, const char *base_url)
{
    struct place place = place_of(base_url);

    if (*preset != '\0' && strcmp(preset, "auto") != 0) {
        for (int i = 0; i < PRESETS; i++)
            if (strcmp(preset, preset_table[i].name) == 0)
                return (enum preset_kind)i;
        return PRESETS;
    }
    if (*base_url == '\0')
        return PRESET_openai;
    for (int i = 0; i < PRESETS; i++)
        if (is_known_by(preset_table[i].known_by, &place))
            return (enum preset_kind)i;
    return PRESET_other;
}
