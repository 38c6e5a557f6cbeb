/* print - the parameter table for people: what is in force, the reference page, the shipped configuration
 * file */
#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "conf/load.h"
#include "conf/renamed.h"

/* ---- values ---- */

/* As libconfig reads it: " and \ escaped. A password inside a URL is a secret in the wrong place and shown as
 * ***. */
static void print_quoted(FILE *out, const char *text)
{
    const char *scheme = strstr(text, "://");
    const char *host = scheme == NULL ? text : scheme + 3;
    const char *at = scheme == NULL ? NULL : memchr(host, '@', strcspn(host, "/?#"));

    fputc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (c == host && at != NULL) {
            fputs("***", out);
            c = at;
        }
        if (*c == '"' || *c == '\\')
            fputc('\\', out);
        fputc(*c, out);
    }
    fputc('"', out);
}

static void print_value(FILE *out, const struct param *param, const struct conf *conf)
{
    char *text = param_text(param, conf);

    if (param->type == PARAM_SECRET)
        fputs(*text == '\0' ? "unset" : "set", out);
    else if (param->type == PARAM_BOOL)
        fputs(*text == '1' ? "true" : "false", out);
    else if (param->type == PARAM_STR || strcmp(text, "auto") == 0)
        print_quoted(out, text);
    else
        fputs(text, out);
    explicit_bzero(text, strlen(text));
    free(text);
}

static void print_default(FILE *out, const struct param *param)
{
    struct conf conf = {0};

    param_reset(param, &conf);
    print_value(out, param, &conf);
    param_clear(param, &conf);
}

/* ---- config show ---- */

unsigned conf_show(const char *file, FILE *out, FILE *faults)
{
    struct load load;

    load_all(&load, file, faults);
    for (int i = 0; i < PARAMS; i++) {
        if (param_is_hidden(&param_table[i]))
            continue;
        fprintf(out, "%s = ", param_name(&param_table[i]));
        print_value(out, &param_table[i], load.conf);
        fprintf(out, "  # %s\n", load.origin[i] == NULL ? "default" : load.origin[i]);
    }
    conf_free(&load.conf);
    load_end(&load);
    return load.fault_count;
}

/* ---- config reference ---- */

static const char *effect_text(const struct param *param)
{
    return param->effect == CONF_LIVE   ? "on reload, at once"
           : param->effect == CONF_ROLL ? "on reload, in new workers"
                                        : "on restart";
}

static void print_cell(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_param(FILE *out, const struct param *param)
{
    const struct renamed *renamed = renamed_of(param);
    char allowed[160];

    param_allowed(param, allowed, sizeof allowed);
    fprintf(out, *param->path == '\0' ? "| %s" : "| `%s`", *param->path == '\0' ? "(secret)" : param->path);
    fprintf(out, " | `%s`", param->env);
    if (param->type == PARAM_SECRET)
        fprintf(out, " or `%s_FILE` | unset", param->env);
    else {
        fputs(" | `", out);
        print_default(out, param);
        fputc('`', out);
    }
    fputs(" | ", out);
    print_cell(out, allowed);
    fprintf(out, " | %s | ", effect_text(param));
    print_cell(out, param->doc);
    if (renamed != NULL)
        fprintf(out, " (old names, still read: `%s`, `%s`)", renamed->path, renamed->env);
    fputs(" |\n", out);
}

void conf_reference(FILE *out)
{
    const char *group = "-";

    fputs(
        "# Parameters\n\n"
        "Every parameter has a key in the configuration file and a name in the environment; the environment\n"
        "overrides the file, the file overrides the default. An empty variable counts as unset. Secrets come "
        "from\n"
        "the environment only, or from a file whose path `NAME_FILE` gives; the configuration file refuses "
        "them.\n"
        "`slidemill config check` reports every fault, `slidemill config show` what is in force and where it "
        "is set.\n",
        out);
    for (const struct param *param = param_table; param < param_table + PARAMS; param++) {
        size_t size = strcspn(param->path, ".");
        const char *next = param->path[size] == '\0' ? "process" : param->path;

        if (param_is_hidden(param))
            continue;
        if (param->type != PARAM_SECRET && strncmp(next, group, strcspn(group, ".")) != 0) {
            fprintf(out, "\n## %.*s\n\n", (int)strcspn(next, "."), next);
            fputs("| key | environment | default | allowed | takes effect | what it does |\n"
                  "|---|---|---|---|---|---|\n",
                  out);
            group = next;
        }
        print_param(out, param);
    }
}

/* ---- config default ---- */

enum { INDENT = 4 };

/* How many leading characters, whole names with their dots only, two paths have in common. */
static size_t common_group(const char *a, const char *b)
{
    size_t same = 0;

    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
        if (a[i] == '.')
            same = i + 1;
    return same;
}

static int depth_of(const char *path, size_t size)
{
    int depth = 0;

    for (size_t i = 0; i < size; i++)
        depth += path[i] == '.';
    return depth;
}

static size_t group_size(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot == NULL ? 0 : (size_t)(dot - path) + 1;
}

/* Closes the groups of one path and opens those of the next. */
static void change_group(FILE *out, const char *from, const char *to)
{
    size_t at = common_group(from, to);
    int deep = depth_of(from, group_size(from));

    while (deep > depth_of(to, at))
        fprintf(out, "%*s};\n", --deep * INDENT, "");
    while (at < group_size(to)) {
        size_t size = strcspn(to + at, ".");

        fprintf(out, "\n%*s%.*s: {\n", deep++ * INDENT, "", (int)size, to + at);
        at += size + 1;
    }
}

static void print_key(FILE *out, const struct param *param, int indent)
{
    char allowed[160];

    param_allowed(param, allowed, sizeof allowed);
    fprintf(out, "\n%*s# %s\n", indent, "", param->doc);
    if (param->type == PARAM_SECRET) {
        fprintf(out, "%*s# secret, not for this file: environment %s, or the file that %s_FILE names\n",
                indent, "", param->env, param->env);
        return;
    }
    fprintf(out, "%*s# %s; environment: %s; takes effect %s\n", indent, "", allowed, param->env,
            effect_text(param));
    fprintf(out, "%*s#%s = ", indent, "", param->path + group_size(param->path));
    print_default(out, param);
    fputs(";\n", out);
}

void conf_default(FILE *out)
{
    const char *path = "";

    fputs("# slidemill.cfg - every parameter, each at its default\n"
          "#\n"
          "# Remove the # in front of a key to change it. The environment overrides this file.\n"
          "# Check it with `slidemill config check FILE`; SIGHUP makes a running service read it again.\n",
          out);
    for (const struct param *param = param_table; param < param_table + PARAMS; param++) {
        if (param_is_hidden(param))
            continue;
        if (param->type != PARAM_SECRET) {
            change_group(out, path, param->path);
            path = param->path;
        }
        print_key(out, param, depth_of(path, strlen(path)) * INDENT);
    }
    change_group(out, path, "");
}
