/* config - slidemill config check|show|reference|default: the parameters, from the same table as the loader
 */
#include "supervisor/cli/commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "proto/exits.h"

#include "supervisor/cli/console.h"
#include "supervisor/config/config_fault.h"

static int check_file(const char *file)
{
    struct conf *conf = conf_load(file, stderr);
    const char *why;

    if (conf == NULL)
        return EXIT_CONFIG;
    why = config_fault(conf);
    fputs(conf->renamed, stdout);
    conf_free(&conf);
    if (why == NULL)
        console_print(stdout, "%s: no fault", file == NULL ? "defaults and environment" : file);
    else
        console_error("%s", why);
    return why == NULL ? EXIT_DONE : EXIT_CONFIG;
}

static int show_values(const char *file)
{
    return conf_show(file, stdout, stderr) == 0 ? EXIT_DONE : EXIT_CONFIG;
}

static int print_reference(const char *file)
{
    (void)file;
    conf_reference(stdout);
    return EXIT_DONE;
}

static int print_default(const char *file)
{
    (void)file;
    conf_default(stdout);
    return EXIT_DONE;
}

static const struct action {
    const char *name;
    int (*run)(const char *file);
    bool takes_file;
} actions[] = {
    {"check", check_file, true},
    {"show", show_values, true},
    {"reference", print_reference, false},
    {"default", print_default, false},
};

int config_main(int argc, char **argv)
{
    for (size_t i = 0; argc >= 2 && i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(argv[1], actions[i].name) == 0 && argc <= 2 + (int)actions[i].takes_file)
            return actions[i].run(argc == 3 ? argv[2] : NULL);
    return console_usage("usage: slidemill config check|show [FILE], or config reference|default");
}
