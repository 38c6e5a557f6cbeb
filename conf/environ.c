/* environ - the parameters that come from the environment, and the environment that a worker is given
 *
 * An empty value counts as unset, except in an environment that conf_env_for made: there it is meant (the
 * operator's file may blank a parameter whose default is not blank).  A secret may stand in a file that
 * NAME_FILE names.
 */
#include "conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/panic.h"

#include "conf/load.h"
#include "conf/renamed.h"

enum { SECRET_ROOM = 16 * 1024 };

/* Marks an environment made by conf_env_for. */
static const char made_here[] = "SLIDEMILL_ENVIRONMENT_IS_EXACT";

/* What conf_wipe_environ took out of the environment, for a later reload. */
static char *kept[PARAMS];

/* Names that others use for the same thing; the row's own name wins. */
static const struct {
    const char *env, *other;
} aliases[] = {
    {"AWS_REGION", "AWS_DEFAULT_REGION"},
    {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"},
};

/* ---- reading ---- */

static const char *value_of(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || (*value == '\0' && getenv(made_here) == NULL) ? NULL : value;
}

static const char *name_given(const struct param *param)
{
    if (value_of(param->env) != NULL)
        return param->env;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (strcmp(aliases[i].env, param->env) == 0 && value_of(aliases[i].other) != NULL)
            return aliases[i].other;
    return NULL;
}

static void load_variable(struct load *load, const struct param *param, const char *name, const char *text)
{
    char origin[80];

    snprintf(origin, sizeof origin, "environment %s", name);
    load_value(load, param, text, origin);
}

/* Reads a secret file whole, without the line break that editors and tools leave at its end. NULL, or why
 * not. */
static const char *read_secret(const char *path, char *to, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *why = NULL;
    size_t used = 0;
    ssize_t got;

    if (fd == -1)
        return strerror(errno);
    while ((got = read(fd, to + used, room - used)) > 0 && used + (size_t)got < room)
        used += (size_t)got;
    if (got == -1)
        why = strerror(errno);
    else if (got > 0)
        why = "it is too long";
    else if (memchr(to, '\0', used) != NULL)
        why = "it is not a text";
    close(fd);
    while (used > 0 && (to[used - 1] == '\n' || to[used - 1] == '\r'))
        used--;
    to[used] = '\0';
    return why == NULL && used == 0 ? "it is empty" : why;
}

static void load_secret_file(struct load *load, const struct param *param, const char *name, const char *path)
{
    char text[SECRET_ROOM];
    const char *why = read_secret(path, text, sizeof text);

    if (why != NULL)
        load_fault(load, "%s: cannot read the secret from %s: %s", name, path, why);
    else
        load_variable(load, param, name, text);
    explicit_bzero(text, sizeof text);
}

static void load_secret(struct load *load, const struct param *param)
{
    const char *value = value_of(param->env);
    char name[80];
    const char *path;

    if (kept[param - param_table] != NULL && (value == NULL || *value == '\0'))
        value = kept[param - param_table];
    snprintf(name, sizeof name, "%s_FILE", param->env);
    path = value_of(name);
    if (path != NULL && *path != '\0' && value != NULL)
        load_fault(load, "%s and %s are both set: keep one", param->env, name);
    else if (path != NULL && *path != '\0')
        load_secret_file(load, param, name, path);
    else if (value != NULL)
        load_variable(load, param, param->env, value);
}

/* A parameter under the name that it had before; it counts only without the name of today. */
static void load_renamed(struct load *load, const struct param *param)
{
    const struct renamed *renamed = renamed_of(param);
    const char *value = renamed == NULL ? NULL : value_of(renamed->env);

    if (value == NULL)
        return;
    if (name_given(param) != NULL) {
        load_fault(load, "%s and %s are both set: the first is the old name of the second; keep only %s",
                   renamed->env, param->env, param->env);
        return;
    }
    renamed_note(load->conf, renamed->env, "environment", param->env);
    load_variable(load, param, renamed->env, value);
}

void load_environ(struct load *load)
{
    for (const struct param *param = param_table; param < param_table + PARAMS; param++) {
        const char *name = name_given(param);

        if (param->type == PARAM_SECRET)
            load_secret(load, param);
        else if (name != NULL)
            load_variable(load, param, name, value_of(name));
        load_renamed(load, param);
    }
}

/* ---- hiding ---- */

void conf_wipe_environ(bool keep)
{
    for (const struct param *param = param_table; param < param_table + PARAMS; param++) {
        char *value = param->type == PARAM_SECRET ? getenv(param->env) : NULL;

        if (value == NULL || *value == '\0')
            continue;
        if (keep) {
            free(kept[param - param_table]);
            kept[param - param_table] = need_dup(value);
        }
        explicit_bzero(value, strlen(value)); /* in place: /proc/PID/environ shows these very bytes */
    }
}

/* ---- writing ---- */

static const char *const passed_on[] = {
    "PATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "TESSDATA_PREFIX",
#ifdef SLIDEMILL_FAULTS
    "FAULT" /* proto/fault.h */
#endif
};

enum { PASSED_ON = sizeof passed_on / sizeof passed_on[0] };

static char *entry(const char *name, const char *value)
{
    size_t name_size = strlen(name), value_size = strlen(value);
    char *both = need(name_size + value_size + 2);

    memcpy(both, name, name_size);
    both[name_size] = '=';
    memcpy(both + name_size + 1, value, value_size + 1);
    return both;
}

char **conf_env_for(const struct conf *conf, enum stage_kind stage)
{
    char **env = need_zero(PARAMS + PASSED_ON + 2, sizeof *env);
    size_t used = 0;

    env[used++] = entry(made_here, "1");
    for (int i = 0; i < PASSED_ON; i++) {
        const char *value = getenv(passed_on[i]);

        if (value != NULL)
            env[used++] = entry(passed_on[i], value);
    }
    for (const struct param *param = param_table; param < param_table + PARAMS; param++)
        if ((param->readers & 1u << stage) != 0) {
            char *text = param_text(param, conf);

            if (param->type != PARAM_SECRET || *text != '\0')
                env[used++] = entry(param->env, text);
            explicit_bzero(text, strlen(text));
            free(text);
        }
    return env;
}

void conf_env_free(char ***env)
{
    if (*env == NULL)
        return;
    for (char **each = *env; *each != NULL; each++) {
        explicit_bzero(*each, strlen(*each));
        free(*each);
    }
    free(*env);
    *env = NULL;
}
