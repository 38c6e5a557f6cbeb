/* slidemill - the command: one table of sub-commands */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "conf/edit_distance.h"
#include "proto/exits.h"
#include "proto/fd_io.h"

#include "supervisor/cli/commands.h"
#include "supervisor/cli/console.h"

static int help(int argc, char **argv);
static int version(int argc, char **argv);

#define PASSWORD_OPTION "  --password-file FILE   the first line of FILE is the password of the PDF\n"
#define CONFIG_OPTION                                                                                        \
    "  -c, --config FILE      the parameters; the environment's variables are stronger than the file\n"

/* arguments begin with a space. */
static const struct command {
    const char *name, *arguments, *does, *options;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"run", " LECTURE.pdf [OPTION]...", "turn one PDF into study material, here and now",
     "  -o, --output FOLDER    the folder for the results (as the PDF is called, in the current folder)\n"
     "  -l, --language NAME    the language of the explanations (English)\n"
     "  --outputs LIST         further results: md, html, tsv, with commas between them\n"
     "  --course NAME          the course, for the deck and the documents\n"
     "  --lecture NAME         the lecture, instead of the title that the slides give\n"
     "  --previous FILE        summary.json of an earlier run: cards stay the same cards for "
     "Anki\n" PASSWORD_OPTION,
     run_main},
    {"estimate", " LECTURE.pdf [OPTION]...", "say what explaining a PDF would cost, without asking a model",
     PASSWORD_OPTION, estimate_main},
    {"serve", " [--config FILE]", "run the service in the foreground, until SIGTERM", CONFIG_OPTION,
     serve_main},
    {"doctor", " [--config FILE]", "send the model a test slide, and say what works and what to change",
     CONFIG_OPTION, doctor_main},
    {"health", " [--url URL]", "ask a running service whether it can work (exit code 0 or 1)",
     "  -u, --url URL          where it listens (on this machine, at the configured port)\n", health_main},
    {"config", " check|show [FILE]",
     "name every fault of the configuration, or each value and where it comes from", "", config_main},
    {"config", " reference|default", "print all parameters as a page, or as a configuration file", "",
     config_main},
    {"version", "", "print the version", "", version},
    {"help", "", "print this", "", help},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs("slidemill turns lecture PDFs into study material: a summary, a Word document, an Anki deck.\n\n",
          stdout);
    for (int i = 0; i < COMMANDS; i++)
        printf("  slidemill %s%s\n      %s\n", commands[i].name, commands[i].arguments, commands[i].does);
    fputs("\n`slidemill COMMAND --help` lists a command's options, `slidemill config reference` all "
          "parameters.\n"
          "Without OPENAI_API_KEY or OPENAI_BASE_URL no language model is used.\n",
          stdout);
    return EXIT_DONE;
}

/* Of one command, which may have several rows; or the overview, if there is none of that name. */
static int command_help(const char *name)
{
    bool found = false;

    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) != 0)
            continue;
        printf("slidemill %s%s\n    %s\n%s", name, commands[i].arguments, commands[i].does,
               commands[i].options);
        found = true;
    }
    return found ? EXIT_DONE : help(0, NULL);
}

static int version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    puts("slidemill " SLIDEMILL_VERSION);
    return EXIT_DONE;
}

static int report_unknown(const char *name)
{
    const char *best = commands[0].name;

    for (int i = 1; i < COMMANDS; i++)
        if (edit_distance(name, commands[i].name) < edit_distance(name, best))
            best = commands[i].name;
    if (edit_distance_is_typo(edit_distance(name, best), strlen(best)))
        return console_usage("there is no command %s; did you mean %s?", name, best);
    return console_usage("there is no command %s", name);
}

/* The spellings that people try first. */
static const char *command_name(const char *name)
{
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return "help";
    return strcmp(name, "--version") == 0 ? "version" : name;
}

/* An answer that could not be written is no answer. */
static int check_output(int rc)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return rc;
    console_error("cannot write to the standard output");
    return rc == EXIT_DONE ? EXIT_SYSTEM : rc;
}

int main(int argc, char **argv)
{
    if (fd_open_standard() == -1)
        return EXIT_SYSTEM;
    if (argc < 2) {
        help(argc, argv);
        return EXIT_USAGE;
    }
    if (argc > 2 && strcmp(command_name(argv[2]), "help") == 0)
        return check_output(command_help(command_name(argv[1])));
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(command_name(argv[1]), commands[i].name) == 0)
            return check_output(commands[i].run(argc - 1, argv + 1));
    return report_unknown(argv[1]);
}
