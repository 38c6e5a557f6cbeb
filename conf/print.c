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

static void print_value(FILE *out, const struct row *row, const struct conf *conf)
{
    char *text = row_text(row, conf);

    if (row->type == ROW_SECRET)
        fputs(*text == '\0' ? "unset" : "set", out);
    else if (row->type == ROW_BOOL)
        fputs(*text == '1' ? "true" : "false", out);
    else if (row->type == ROW_STR || strcmp(text, "auto") == 0)
        print_quoted(out, text);
    else
        fputs(text, out);
    explicit_bzero(text, strlen(text));
    free(text);
}

static void print_default(FILE *out, const struct row *row)
{
    struct conf conf = {0};

    row_reset(row, &conf);
    print_value(out, row, &conf);
    row_drop(row, &conf);
}

/* ---- config show ---- */

unsigned conf_show(const char *file, FILE *out, FILE *faults)
{
    struct load load;

    load_all(&load, file, faults);
    for (int i = 0; i < ROWS; i++) {
        if (row_is_hidden(&row_table[i]))
            continue;
        fprintf(out, "%s = ", row_name(&row_table[i]));
        print_value(out, &row_table[i], load.conf);
        fprintf(out, "  # %s\n", load.origin[i] == NULL ? "default" : load.origin[i]);
    }
    conf_free(&load.conf);
    load_end(&load);
    return load.fault_count;
}

/* ---- config reference ---- */

static const char *effect_text(const struct row *row)
{
    return row->effect == CONF_LIVE   ? "on reload, at once"
           : row->effect == CONF_ROLL ? "on reload, in new workers"
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

static void print_row(FILE *out, const struct row *row)
{
    const struct renamed *renamed = renamed_of(row);
    char allowed[160];

    row_allowed(row, allowed, sizeof allowed);
    fprintf(out, *row->path == '\0' ? "| %s" : "| `%s`", *row->path == '\0' ? "(secret)" : row->path);
    fprintf(out, " | `%s`", row->env);
    if (row->type == ROW_SECRET)
        fprintf(out, " or `%s_FILE` | unset", row->env);
    else {
        fputs(" | `", out);
        print_default(out, row);
        fputc('`', out);
    }
    fputs(" | ", out);
    print_cell(out, allowed);
    fprintf(out, " | %s | ", effect_text(row));
    print_cell(out, row->doc);
    if (renamed != NULL)
        fprintf(out, " (old names, still read: `%s`, `%s`)", renamed->path, renamed->env);
    fputs(" |\n", out);
}

void conf_reference(FILE *out)
{
    const char *group = "-";

    fputs("# Parameters\n\n"
          "Every parameter has a place in the configuration file and a name in the environment; the "
          "environment\n"
          "outweighs the file, the file outweighs the default. An empty variable counts as unset. Secrets "
          "come from\n"
          "the environment only, or from a file whose path `NAME_FILE` gives; the configuration file refuses "
          "them.\n"
          "`slidemill config check` tells every fault, `slidemill config show` what is in force and why.\n",
          out);
    for (const struct row *row = row_table; row < row_table + ROWS; row++) {
        size_t size = strcspn(row->path, ".");
        const char *next = row->path[size] == '\0' ? "process" : row->path;

        if (row_is_hidden(row))
            continue;
        if (row->type != ROW_SECRET && strncmp(next, group, strcspn(group, ".")) != 0) {
            fprintf(out, "\n## %.*s\n\n", (int)strcspn(next, "."), next);
            fputs("| key | environment | default | allowed | takes effect | what it does |\n"
                  "|---|---|---|---|---|---|\n",
                  out);
            group = next;
        }
        print_row(out, row);
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

static void print_key(FILE *out, const struct row *row, int indent)
{
    char allowed[160];

    row_allowed(row, allowed, sizeof allowed);
    fprintf(out, "\n%*s# %s\n", indent, "", row->doc);
    if (row->type == ROW_SECRET) {
        fprintf(out, "%*s# secret, not for this file: environment %s, or the file that %s_FILE names\n",
                indent, "", row->env, row->env);
        return;
    }
    fprintf(out, "%*s# %s; environment: %s; takes effect %s\n", indent, "", allowed, row->env,
            effect_text(row));
    fprintf(out, "%*s#%s = ", indent, "", row->path + group_size(row->path));
    print_default(out, row);
    fputs(";\n", out);
}

void conf_default(FILE *out)
{
    const char *path = "";

    fputs("# slidemill.cfg - every parameter, each at its default\n"
          "#\n"
          "# Take the # away before the keys to change. The environment outweighs this file.\n"
          "# Check it with `slidemill config check FILE`; SIGHUP makes a running service read it again.\n",
          out);
    for (const struct row *row = row_table; row < row_table + ROWS; row++) {
        if (row_is_hidden(row))
            continue;
        if (row->type != ROW_SECRET) {
            change_group(out, path, row->path);
            path = row->path;
        }
        print_key(out, row, depth_of(path, strlen(path)) * INDENT);
    }
    change_group(out, path, "");
}
