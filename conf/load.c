/* load - see load.h and conf.h: loading as a whole, and the life of a struct conf */
#include "conf/conf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

#include "conf/load.h"

enum { MAX_SHOWN = 120 };

/* ---- faults ---- */

void load_fault(struct load *load, const char *format, ...)
{
    va_list arguments;
    char *line;

    va_start(arguments, format);
    line = need_format_list(format, arguments);
    va_end(arguments);
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    fprintf(load->faults, "%s\n", line);
    free(line);
    load->fault_count++;
}

void load_value(struct load *load, const struct param *param, const char *text, const char *origin)
{
    const char *why = param_parse(param, load->conf, text);
    char allowed[160];

    if (why == NULL) {
        free(load->origin[param - param_table]);
        load->origin[param - param_table] = need_dup(origin);
        return;
    }
    param_allowed(param, allowed, sizeof allowed);
    if (param->type == PARAM_SECRET)
        load_fault(load, "%s (%s): the secret %s; allowed: %s", param_name(param), origin, why, allowed);
    else
        load_fault(load, "%s (%s): \"%.*s\" %s; allowed: %s", param_name(param), origin,
                   utf8_head(text, MAX_SHOWN), text, why, allowed);
}

/* ---- life ---- */

/* The page promises: all addresses only when PORT is set in the environment. A worker sees PORT always, so
 * the choice is made here, where it is known who set it. */
static void choose_bind(struct conf *conf)
{
    const char *port = getenv("PORT");

    if (strcmp(conf->http_bind, "auto") == 0 && (port == NULL || *port == '\0'))
        conf_set(&conf->http_bind, "127.0.0.1");
}

void load_all(struct load *load, const char *file, FILE *faults)
{
    *load = (struct load){.conf = need_zero(1, sizeof(struct conf)), .faults = faults};
    for (int i = 0; i < PARAMS; i++)
        param_reset(&param_table[i], load->conf);
    load->conf->renamed = need_dup("");
    if (file != NULL)
        load_file(load, file);
    load_environ(load);
    choose_bind(load->conf);
}

void load_end(struct load *load)
{
    for (int i = 0; i < PARAMS; i++)
        free(load->origin[i]);
}

struct conf *conf_load(const char *file, FILE *faults)
{
    struct load load;

    load_all(&load, file, faults);
    if (load.fault_count > 0)
        conf_free(&load.conf);
    load_end(&load);
    return load.conf;
}

void conf_free(struct conf **conf)
{
    if (*conf == NULL)
        return;
    for (int i = 0; i < PARAMS; i++)
        param_clear(&param_table[i], *conf);
    free((*conf)->renamed);
    free(*conf);
    *conf = NULL;
}

void conf_set(char **member, const char *value)
{
    char *copy = need_dup(value); /* first: value may lie inside *member */

    explicit_bzero(*member, strlen(*member));
    free(*member);
    *member = copy;
}

void conf_each_change(const struct conf *old, const struct conf *new,
                      void (*on)(void *arg, const char *path, char effect, unsigned readers), void *arg)
{
    for (const struct param *param = param_table; param < param_table + PARAMS; param++)
        if (!param_equal(param, old, new))
            on(arg, param_name(param), param->effect, param->readers);
}
