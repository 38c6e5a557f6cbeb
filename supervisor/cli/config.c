/* config - slidemill config check|show|reference|default: the parameters, from the same table as the loader
 */
#include "supervisor/cli/commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "proto/exits.h"

#include "supervisor/cli/say.h"
#include "supervisor/config_fault.h"

static int check(const char *file)
{
    struct conf *conf = conf_load(file, stderr);
    const char *why;

    if (conf == NULL)
        return EXIT_CONFIG;
    why = config_fault(conf);
    fputs(conf->renamed, stdout);
    conf_free(&conf);
    if (why == NULL)
        say(stdout, "%s: no fault", file == NULL ? "defaults and environment" : file);
    else
        say_error("%s", why);
    return why == NULL ? EXIT_DONE : EXIT_CONFIG;
}

static int show(const char *file)
{
    return conf_show(file, stdout, stderr) == 0 ? EXIT_DONE : EXIT_CONFIG;
}

static int reference(const char *file)
{
    (void)file;
    conf_reference(stdout);
    return EXIT_DONE;
}

static int shipped(const char *file)
{
    (void)file;
    conf_default(stdout);
    return EXIT_DONE;
}

static const struct deed {
    const char *name;
    int (*run)(const char *file);
    bool takes_file;
} deeds[] = {
    {"check", check, true},
    {"show", show, true},
    {"reference", reference, false},
    {"default", shipped, false},
};

int config_main(int argc, char **argv)
{
    for (size_t i = 0; argc >= 2 && i < sizeof deeds / sizeof deeds[0]; i++)
        if (strcmp(argv[1], deeds[i].name) == 0 && argc <= 2 + (int)deeds[i].takes_file)
            return deeds[i].run(argc == 3 ? argv[2] : NULL);
    return say_usage("usage: slidemill config check|show [FILE], or config reference|default");
}
