/* setting - the endpoints a configuration names: the model's own, then the fallbacks
 *
 * Pure.  What is not set follows from the preset: its address, its model.
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

/* Returns how many there are, at least one; texts are the configuration's. A fallback is there if it has a
 * base URL or a preset; without a model of its own it is asked for its preset's, else for the first one's. */
unsigned settings_of(const struct conf *conf, struct setting settings[MAX_SETTINGS]);

#endif
