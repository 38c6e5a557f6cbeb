/* production - see production.h */
#include "supervisor/base/production.h"

#include <stdbool.h>
#include <string.h>

#include "proto/log.h"

static const char none[] = "none";

static const struct {
    const char *variable, *effect;
} lacks_table[LACKS] = {
    [LACK_MODEL] = {"OPENAI_API_KEY", "there is no model: jobs wait; set it (or OPENAI_BASE_URL), or say "
                                      "SLIDEMILL_ENGINE=offline if outlines without a model are meant"},
    [LACK_BUCKET] = {"S3_BUCKET", "there are AWS keys and no bucket: jobs wait; set it, or unset the keys if "
                                  "the local store is meant"},
    [LACK_ACCESS_KEY] = {"AWS_ACCESS_KEY_ID", "the other half of the AWS key is set; set both, or none"},
    [LACK_SECRET_KEY] = {"AWS_SECRET_ACCESS_KEY", "the other half of the AWS key is set; set both, or none"},
    [LACK_CALLBACK] = {"WORKER_CALLBACK_URL", "nobody is told of a job's end: callbacks wait; set it, or say "
                                              "WORKER_CALLBACK_URL=none if nobody is to be told"},
};

static bool is_set(const char *value)
{
    return *value != '\0';
}

/* As in vision: an engine that was chosen, a key, an address or a kind of model says what is meant. */
static bool has_model(const struct conf *conf)
{
    return strcmp(conf->model_engine, "auto") != 0 || is_set(conf->model_key) ||
           is_set(conf->model_base_url) || strcmp(conf->model_preset, "auto") != 0;
}

unsigned production_lacks(const struct conf *conf)
{
    bool access = is_set(conf->s3_access_key), secret = is_set(conf->s3_secret_key);
    bool keys = access || secret, bucket = is_set(conf->s3_bucket);
    bool called = is_set(conf->callback_url) && strcmp(conf->callback_url, none) != 0;
    bool production = bucket || keys || called || is_set(conf->callback_secret);
    const bool lacks[LACKS] = {
        [LACK_MODEL] = production && !has_model(conf),
        [LACK_BUCKET] = keys && !bucket,
        [LACK_ACCESS_KEY] = !access && (secret && !bucket), /* with a bucket, courier says so */
        [LACK_SECRET_KEY] = !secret && (access && !bucket),
        [LACK_CALLBACK] = production && !is_set(conf->callback_url),
    };
    unsigned bits = 0;

    for (unsigned i = 0; i < LACKS; i++)
        bits |= lacks[i] ? 1u << i : 0;
    return bits;
}

const char *production_variable(enum production_lack lack)
{
    return lacks_table[lack].variable;
}

const char *production_effect(enum production_lack lack)
{
    return lacks_table[lack].effect;
}

void production_log(unsigned lacks)
{
    for (unsigned i = 0; i < LACKS; i++)
        if ((lacks & 1u << i) != 0)
            log_warn(variable_missing, log_str("variable", lacks_table[i].variable),
                     log_str("do", lacks_table[i].effect));
}

void production_resolve_none(struct conf *conf)
{
    if (strcmp(conf->callback_url, none) == 0)
        conf_set(&conf->callback_url, "");
}
