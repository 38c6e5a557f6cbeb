/* setting - see setting.h */
#include "conf/setting.h"

#include <string.h>

static void resolve(struct setting *setting, const char *first_model)
{
    const struct preset *preset;

    setting->kind = preset_find(setting->preset, setting->base_url);
    preset = setting->kind == PRESETS ? NULL : &preset_table[setting->kind];
    if (*setting->base_url == '\0' && preset != NULL)
        setting->base_url = preset->base_url;
    if (*setting->model == '\0')
        setting->model = preset != NULL && *preset->model != '\0' ? preset->model : first_model;
}

unsigned settings_of(const struct conf *conf, struct setting settings[MAX_SETTINGS])
{
    const struct setting all[MAX_SETTINGS] = {
        {.preset = conf->model_preset,
         .base_url = conf->model_base_url,
         .model = conf->model_name,
         .headers = conf->model_headers,
         .key = conf->model_key,
         .path = "model",
         .url_name = "OPENAI_BASE_URL",
         .model_name = "OPENAI_MODEL",
         .key_name = "OPENAI_API_KEY"},
        {.preset = conf->fallback_1_preset,
         .base_url = conf->fallback_1_base_url,
         .model = conf->fallback_1_name,
         .headers = conf->fallback_1_headers,
         .key = conf->fallback_1_key,
         .path = "fallback_1",
         .url_name = "SLIDEMILL_FALLBACK_1_BASE_URL",
         .model_name = "SLIDEMILL_FALLBACK_1_MODEL",
         .key_name = "SLIDEMILL_FALLBACK_1_API_KEY"},
        {.preset = conf->fallback_2_preset,
         .base_url = conf->fallback_2_base_url,
         .model = conf->fallback_2_name,
         .headers = conf->fallback_2_headers,
         .key = conf->fallback_2_key,
         .path = "fallback_2",
         .url_name = "SLIDEMILL_FALLBACK_2_BASE_URL",
         .model_name = "SLIDEMILL_FALLBACK_2_MODEL",
         .key_name = "SLIDEMILL_FALLBACK_2_API_KEY"},
    };
    unsigned count = 0;

    for (unsigned i = 0; i < MAX_SETTINGS; i++) {
        if (i > 0 && *all[i].base_url == '\0' && strcmp(all[i].preset, "auto") == 0)
            continue;
        settings[count] = all[i];
        resolve(&settings[count++], conf->model_name);
    }
    return count;
}
