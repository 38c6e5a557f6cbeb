/* preset - the OpenAI-compatible services we know by name (presets.def)
 *
 * Pure.  Columns of the table say how each service differs on the wire; stages/vision/model/endpoints.c reads
 * them.
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
    const char *known_by; /* end of the host's name, or ":port" on one's own machine; "": not recognised */
    const char *model;    /* asked for when none is named; "": one must be named */
    bool needs_key, costs;
};

extern const struct preset preset_table[PRESETS];

/* Is its host this machine, or in a private network? */
bool preset_is_near(const char *base_url);

/* preset: a name of the table, or "auto" (also ""): then base_url tells, and openai if that is empty. An
 * unknown name is PRESETS. */
enum preset_kind preset_find(const char *preset, const char *base_url);

#endif
