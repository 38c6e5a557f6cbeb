/* setting - the settings of each model endpoint: the first one, then the fallbacks
 *
 * Pure.  A base URL or a model that is not configured follows from the preset.
 */
#ifndef CONF_SETTING_H
#define CONF_SETTING_H

#include "conf/conf.h"
#include "conf/preset.h"

enum { MAX_SETTINGS = 3 };

struct setting {
    enum preset_kind kind; /* PRESETS: there is none of that name */
    const char *preset;    /* as configured */
    const char *base_url;  /* "": none is set, and the preset has none */
    const char *model, *headers, *key;
    const char *path;                             /* in the file: "model" or "fallback_1" */
    const char *url_name, *model_name, *key_name; /* in the environment */
};

/* Fills settings and returns how many endpoints there are, at least one; the texts belong to conf. A fallback
 * counts if it has a base URL or a preset; if it has no model, it is asked for the default of its preset,
 * else for the model of the first endpoint. */
unsigned settings_of(const struct conf *conf, struct setting settings[MAX_SETTINGS]);

#endif
