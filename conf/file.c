/* file - the parameters that come from the configuration file
 *
 * libconfig reads it; here every setting is matched with its row.  Nothing is passed over: an unknown key, a
 * wrong kind of value, a secret that should not be here are faults, each with its line.
 */
#include "conf/conf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libconfig.h>

#include "proto/panic.h"

#include "conf/load.h"
#include "conf/edit_distance.h"
#include "conf/renamed.h"
#include "conf/source.h"

enum { PATH_ROOM = 256, ORIGIN_ROOM = 4200 };

struct walk {
    struct load *load;
    const char *file;
};

static const struct param *param_at(const char *path)
{
    for (const struct param *param = param_table; param < param_table + PARAMS; param++)
        if (*path != '\0' && strcmp(param->path, path) == 0)
            return param;
    return NULL;
}

static void origin_of(const struct walk *walk, const config_setting_t *setting, char *to)
{
    snprintf(to, ORIGIN_ROOM, "%s:%u", walk->file, (unsigned)config_setting_source_line(setting));
}

/* ---- values ---- */

/* The value as param_parse reads it; NULL and *why if it is of the wrong kind for that row. */
static const char *text_of(const struct param *param, const config_setting_t *setting, char number[32],
                           const char **why)
{
    int type = config_setting_type(setting);
    bool whole = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;

    snprintf(number, 32, "%lld",
             type == CONFIG_TYPE_INT     ? (long long)config_setting_get_int(setting)
             : type == CONFIG_TYPE_INT64 ? config_setting_get_int64(setting)
                                         : (long long)config_setting_get_bool(setting));
    switch (param->type) {
    case PARAM_INT:
        *why = "a whole number without quotes";
        return whole ? number : NULL;
    case PARAM_AUTO:
        *why = "a whole number, or \"auto\"";
        return whole ? number : config_setting_get_string(setting);
    case PARAM_BOOL:
        *why = "true or false";
        return whole || type == CONFIG_TYPE_BOOL ? number : NULL;
    default:
        *why = "a text in double quotes";
        return config_setting_get_string(setting);
    }
}

/* libconfig refuses a key that comes twice; here it came under both of its names. */
static bool is_set_already(struct walk *walk, const struct param *param, const char *path, const char *origin)
{
    const char *first = walk->load->origin[param - param_table];

    if (first != NULL)
        load_fault(walk->load,
                   "%s (%s): the file sets %s under its old name and its new one (%s); keep only %s", path,
                   origin, param->path, first, param->path);
    return first != NULL;
}

static void load_setting(struct walk *walk, const struct param *param, const char *path,
                         const config_setting_t *setting)
{
    char origin[ORIGIN_ROOM], number[32], allowed[160];
    const char *why;
    const char *text = text_of(param, setting, number, &why);

    origin_of(walk, setting, origin);
    if (is_set_already(walk, param, path, origin))
        return;
    if (strcmp(path, param->path) != 0)
        renamed_note(walk->load->conf, path, origin, param->path);
    if (text != NULL) {
        load_value(walk->load, param, text, origin);
        return;
    }
    param_allowed(param, allowed, sizeof allowed);
    load_fault(walk->load, "%s (%s): the value must be %s; allowed: %s", param->path, origin, why, allowed);
}

/* ---- keys that are none ---- */

static const char *leaf_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot == NULL ? path : dot + 1;
}

/* How far an unknown path is from a row: by its whole path, by its last word alone (a key in the wrong
 * group), or by its environment name (what the operator knows it by). */
static size_t distance(const struct param *param, const char *path, const char *joined)
{
    size_t best = edit_distance(param->env, joined);
    size_t by_path = edit_distance(param->type == PARAM_SECRET ? param->member : param->path,
                                   param->type == PARAM_SECRET ? joined : path);
    size_t by_leaf = edit_distance(leaf_of(param_name(param)), leaf_of(path)) + 1;

    if (param->type == PARAM_SECRET && strcasecmp(param->member, leaf_of(path)) == 0)
        return 0;
    best = by_path < best ? by_path : best;
    return by_leaf == 1 && by_leaf < best ? by_leaf : best;
}

static const struct param *nearest(const char *path)
{
    const struct param *best = NULL;
    size_t best_distance = SIZE_MAX;
    char joined[PATH_ROOM];

    snprintf(joined, sizeof joined, "%s", path);
    for (char *c = joined; *c != '\0'; c++)
        if (*c == '.')
            *c = '_';
    for (const struct param *param = param_table; param < param_table + PARAMS; param++) {
        size_t d = distance(param, path, joined);

        if (d < best_distance) {
            best = param;
            best_distance = d;
        }
    }
    return edit_distance_is_typo(best_distance, strlen(path)) ? best : NULL;
}

static bool sounds_secret(const char *path)
{
    static const char *const words[] = {"secret", "password", "token", "apikey", "api_key"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasestr(leaf_of(path), words[i]) != NULL)
            return true;
    return false;
}

/* The value is not shown: it may be a secret. */
static void refuse_key(struct walk *walk, const config_setting_t *setting, const char *path)
{
    const struct param *meant = nearest(path);
    char origin[ORIGIN_ROOM];

    origin_of(walk, setting, origin);
    if (meant != NULL && meant->type == PARAM_SECRET)
        load_fault(walk->load,
                   "%s (%s): a secret does not belong into this file; put it into the environment as %s, or "
                   "into a file of its own that %s_FILE names",
                   path, origin, meant->env, meant->env);
    else if (meant != NULL)
        load_fault(walk->load, "%s (%s): unknown key; did you mean %s?", path, origin, meant->path);
    else if (sounds_secret(path))
        load_fault(walk->load,
                   "%s (%s): unknown key; if it is a secret, it belongs into the environment: "
                   "`slidemill config reference` lists the names",
                   path, origin);
    else
        load_fault(walk->load, "%s (%s): unknown key; `slidemill config reference` lists the keys", path,
                   origin);
}

/* ---- the walk ---- */

static bool is_group(const char *path)
{
    size_t size = strlen(path);

    for (const struct param *param = param_table; param < param_table + PARAMS; param++)
        if (strncmp(param->path, path, size) == 0 && param->path[size] == '.')
            return true;
    return false;
}

static void walk_group(struct walk *walk, const config_setting_t *group, const char *path);

static void walk_setting(struct walk *walk, const config_setting_t *setting, const char *path)
{
    const struct renamed *renamed = renamed_by_path(path);
    const struct param *param = renamed == NULL ? param_at(path) : &param_table[renamed->param];
    bool group = config_setting_is_group(setting);

    if (param != NULL)
        load_setting(walk, param, path, setting);
    else if (group && (is_group(path) || config_setting_length(setting) > 0))
        walk_group(walk, setting, path);
    else if (is_group(path)) {
        char origin[ORIGIN_ROOM];

        origin_of(walk, setting, origin);
        load_fault(walk->load, "%s (%s): is a group of keys, not a value; write %s: { ... };", path, origin,
                   leaf_of(path));
    } else
        refuse_key(walk, setting, path);
}

static void walk_group(struct walk *walk, const config_setting_t *group, const char *path)
{
    int count = config_setting_length(group);

    for (int i = 0; i < count; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        char inner[PATH_ROOM];

        snprintf(inner, sizeof inner, "%s%s%s", path, *path == '\0' ? "" : ".", config_setting_name(setting));
        walk_setting(walk, setting, inner);
    }
}

void load_file(struct load *load, const char *file)
{
    struct walk walk = {load, file};
    const char *why;
    char *text = source_read(file, &why);
    config_t config;

    if (text == NULL) {
        load_fault(load, "%s: cannot read the configuration file: %s", file, why);
        return;
    }
    config_init(&config);
    if (config_read_string(&config, text) == CONFIG_TRUE)
        walk_group(&walk, config_root_setting(&config), "");
    else
        load_fault(load, "%s:%d: %s", file, config_error_line(&config), config_error_text(&config));
    config_destroy(&config);
    free(text);
}
