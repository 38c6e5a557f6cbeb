/* preset - the OpenAI-compatible services that are known by name (presets.def)
 *
 * Pure.  stages/vision/model/endpoints.c reads the columns that say how each service differs on the wire.
 */
#ifndef CONF_PRESET_H
#define CONF_PRESET_H

#include <stdbool.h>

enum preset_kind {
#define PRESET(name, base_url, known_by, key, needs_key, costs, format, tokens, model) PRESET_##name,
#include "conf/presets.def"
#undef PRESET
    PRESETS
};

struct preset {
    const char *name, *base_url;
    const char *known_by; /* end of the host name, or ":port" on a near host; "": never recognised */
    const char *model;    /* the default; "": one must be configured */
    bool needs_key, costs;
};

extern const struct preset preset_table[PRESETS];

/* Whether the host of that URL is this machine, or in a private network. */
bool preset_is_near(const char *base_url);

/* Returns the preset of that name; for "auto" or "" the one that base_url belongs to, openai if that is
 * empty, too. PRESETS: there is none of that name. */
enum preset_kind preset_find(const char *preset, const char *base_url);

#endif
