/* run_options - see run_options.h */
#include "supervisor/cli/run_options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "proto/artifact.h"
#include "proto/exits.h"
#include "proto/panic.h"

#include "supervisor/cli/console.h"
#include "proto/field_check.h"

enum { MAX_PREVIOUS = 64 << 20 };

static const char usage_run[] =
    "usage: slidemill run LECTURE.pdf [-o FOLDER] [--language LANGUAGE] [--outputs md,html,tsv] "
    "[--course COURSE] [--lecture LECTURE] [--previous SUMMARY.json] [--password-file FILE]";

static int language_fits(const char *language)
{
    size_t size = strlen(language);
    char printable[MAX_LANGUAGE + 1];

    if (size == 0 || size > MAX_LANGUAGE)
        return 0;
    memcpy(printable, language, size + 1);
    console_sanitize(printable);
    return strcmp(printable, language) == 0;
}

static int check_name(const char *option, const char *value)
{
    const char *why = value == NULL ? NULL : metadata_error(value, strlen(value));

    return why == NULL ? EXIT_DONE : console_usage("--%s %s", option, why);
}

static int check_options(const struct run_options *options)
{
    int rc = check_name("course", options->course);

    if (options->folder != NULL && *options->folder == '\0')
        return console_usage("the folder for the results needs a name");
    if (!language_fits(options->language))
        return console_usage("the language needs a name of up to %d bytes", MAX_LANGUAGE);
    return rc == EXIT_DONE ? check_name("lecture", options->lecture) : rc;
}

static int open_previous(struct run_options *options, const char *path)
{
    struct stat info;

    options->previous = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (options->previous == -1 || fstat(options->previous, &info) == -1) {
        console_error("cannot read %s: %s", path, strerror(errno));
        return EXIT_NOINPUT;
    }
    if (!S_ISREG(info.st_mode) || info.st_size > MAX_PREVIOUS) {
        console_error("%s is not the summary.json of an earlier run: %s", path,
                      S_ISREG(info.st_mode) ? "it is too large" : "it is not a regular file");
        return EXIT_DATA;
    }
    options->previous_size = (size_t)info.st_size;
    return EXIT_DONE;
}

/* The first line of the file, which may be a pipe: a password stands in no argument that others see. An empty
 * one is the empty password, and a BOM, with which some editors begin every text, is no part of it. */
static int read_password(struct run_options *options, const char *path)
{
    static const char bom[] = "\xef\xbb\xbf";
    char line[sizeof bom + MAX_PASSWORD + 2] = "", *password = line;
    FILE *file = fopen(path, "re");
    const char *why;

    if (file == NULL || (fgets(line, sizeof line, file) == NULL && ferror(file))) {
        console_error("cannot read %s: %s", path, strerror(errno));
        if (file != NULL)
            fclose(file);
        return EXIT_NOINPUT;
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    if (strncmp(line, bom, strlen(bom)) == 0)
        password += strlen(bom);
    why = password_error(password, strlen(password));
    if (why != NULL)
        console_error("the password in %s %s", path, why);
    else
        options->password = need_dup(password);
    explicit_bzero(line, sizeof line);
    return why != NULL ? EXIT_DATA : EXIT_DONE;
}

static char *metadata_of(const struct run_options *options)
{
    json_t *metadata = json_object();
    char *text;

    if (options->course != NULL)
        json_object_set_new(metadata, "course", json_string(options->course));
    if (options->lecture != NULL)
        json_object_set_new(metadata, "lecture", json_string(options->lecture));
    text = json_object_size(metadata) == 0 ? need_dup("") : json_dumps(metadata, JSON_COMPACT);
    must(text != NULL);
    json_decref(metadata);
    return text;
}

struct paths {
    const char *previous, *password;
};

/* EXIT_DONE if the option is known and its value fits. */
static int parse_option(struct run_options *options, int option, struct paths *paths)
{
    switch (options->estimate && option != 'l' && option != 'w' ? '?' : option) {
    case 'o':
        options->folder = optarg;
        break;
    case 'l':
        options->language = optarg;
        break;
    case 'f':
        if (!artifact_set(&options->outputs, optarg, strlen(optarg)))
            return console_usage("--outputs takes md, html and tsv, with commas between them");
        break;
    case 'c':
        options->course = optarg;
        break;
    case 'n':
        options->lecture = optarg;
        break;
    case 'p':
        paths->previous = optarg;
        break;
    case 'w':
        paths->password = optarg;
        break;
    default:
        return console_usage("%s", options->estimate
                                       ? "usage: slidemill estimate LECTURE.pdf [--password-file FILE]"
                                       : usage_run);
    }
    return EXIT_DONE;
}

/* "-name.pdf" reads as options, unless "--" stands before it. */
static void hint_at_dashes(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        size_t size = strlen(argv[i]);
        bool is_pdf = size > 4 && strcasecmp(argv[i] + size - 4, ".pdf") == 0;

        if (argv[i][0] == '-' && (is_pdf || (size > 1 && access(argv[i], F_OK) == 0)))
            console_error("a file whose name begins with - goes behind --: slidemill %s -- %s", argv[0],
                          argv[i]);
    }
}

int run_options_read(struct run_options *options, bool estimate, int argc, char **argv)
{
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'},        {"language", required_argument, NULL, 'l'},
        {"outputs", required_argument, NULL, 'f'},       {"course", required_argument, NULL, 'c'},
        {"lecture", required_argument, NULL, 'n'},       {"previous", required_argument, NULL, 'p'},
        {"password-file", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
    struct paths paths = {NULL, NULL};
    int option, rc = EXIT_DONE;

    *options = (struct run_options){.estimate = estimate, .language = "English", .previous = -1};
    while (rc == EXIT_DONE && (option = getopt_long(argc, argv, "o:l:", known, NULL)) != -1)
        rc = parse_option(options, option, &paths);
    if (rc == EXIT_DONE && optind != argc - 1)
        rc = console_usage("%s takes one PDF file, not %d", estimate ? "estimate" : "run", argc - optind);
    if (rc == EXIT_USAGE)
        hint_at_dashes(argc, argv);
    if (rc == EXIT_DONE)
        rc = check_options(options);
    if (rc == EXIT_DONE && paths.previous != NULL)
        rc = open_previous(options, paths.previous);
    if (rc == EXIT_DONE && paths.password != NULL)
        rc = read_password(options, paths.password);
    if (rc != EXIT_DONE)
        return rc;
    if (options->password == NULL)
        options->password = need_dup("");
    options->path = argv[optind];
    options->metadata = metadata_of(options);
    return EXIT_DONE;
}

void run_options_close(struct run_options *options)
{
    if (options->previous != -1)
        close(options->previous);
    free(options->metadata);
    free(options->password);
    *options = (struct run_options){.previous = -1};
}
