/* order - see order.h */
#include "supervisor/cli/order.h"

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

#include "supervisor/cli/say.h"
#include "stages/front/field_check.h"

enum { MAX_PREVIOUS = 64 << 20 };

static const char usage_run[] =
    "usage: slidemill run LECTURE.pdf [-o FOLDER] [--language LANGUAGE] [--outputs md,html,tsv] "
    "[--course COURSE] [--lecture LECTURE] [--previous SUMMARY.json] [--password-file FILE]";

static int language_fits(const char *language)
{
    size_t size = strlen(language);
    char tame[MAX_LANGUAGE + 1];

    if (size == 0 || size > MAX_LANGUAGE)
        return 0;
    memcpy(tame, language, size + 1);
    say_tame(tame);
    return strcmp(tame, language) == 0;
}

static int check_name(const char *option, const char *value)
{
    const char *why = value == NULL ? NULL : metadata_error(value, strlen(value));

    return why == NULL ? EXIT_DONE : say_usage("--%s %s", option, why);
}

static int check(const struct order *order)
{
    int rc = check_name("course", order->course);

    if (order->folder != NULL && *order->folder == '\0')
        return say_usage("the folder for the results needs a name");
    if (!language_fits(order->language))
        return say_usage("the language needs a name of up to %d bytes", MAX_LANGUAGE);
    return rc == EXIT_DONE ? check_name("lecture", order->called) : rc;
}

static int open_previous(struct order *order, const char *path)
{
    struct stat info;

    order->previous = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (order->previous == -1 || fstat(order->previous, &info) == -1) {
        say_error("cannot read %s: %s", path, strerror(errno));
        return EXIT_NOINPUT;
    }
    if (!S_ISREG(info.st_mode) || info.st_size > MAX_PREVIOUS) {
        say_error("%s is not the summary.json of an earlier run: %s", path,
                  S_ISREG(info.st_mode) ? "it is too large" : "it is not a regular file");
        return EXIT_DATA;
    }
    order->previous_size = (size_t)info.st_size;
    return EXIT_DONE;
}

/* The first line of the file, which may be a pipe: a password stands in no argument that others see. An empty
 * one is the empty password, and a BOM, with which some editors begin every text, is no part of it. */
static int read_password(struct order *order, const char *path)
{
    static const char bom[] = "\xef\xbb\xbf";
    char line[sizeof bom + MAX_PASSWORD + 2] = "", *password = line;
    FILE *file = fopen(path, "re");
    const char *why;

    if (file == NULL || (fgets(line, sizeof line, file) == NULL && ferror(file))) {
        say_error("cannot read %s: %s", path, strerror(errno));
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
        say_error("the password in %s %s", path, why);
    else
        order->password = need_dup(password);
    explicit_bzero(line, sizeof line);
    return why != NULL ? EXIT_DATA : EXIT_DONE;
}

static char *metadata_of(const struct order *order)
{
    json_t *metadata = json_object();
    char *text;

    if (order->course != NULL)
        json_object_set_new(metadata, "course", json_string(order->course));
    if (order->called != NULL)
        json_object_set_new(metadata, "lecture", json_string(order->called));
    text = json_object_size(metadata) == 0 ? need_dup("") : json_dumps(metadata, JSON_COMPACT);
    must(text != NULL);
    json_decref(metadata);
    return text;
}

struct paths {
    const char *previous, *password;
};

/* 0 if it takes the option. */
static int take(struct order *order, int option, struct paths *paths)
{
    switch (order->estimate && option != 'l' && option != 'w' ? '?' : option) {
    case 'o':
        order->folder = optarg;
        break;
    case 'l':
        order->language = optarg;
        break;
    case 'f':
        if (!artifact_set(&order->outputs, optarg, strlen(optarg)))
            return say_usage("--outputs takes md, html and tsv, with commas between them");
        break;
    case 'c':
        order->course = optarg;
        break;
    case 'n':
        order->called = optarg;
        break;
    case 'p':
        paths->previous = optarg;
        break;
    case 'w':
        paths->password = optarg;
        break;
    default:
        return say_usage("%s", order->estimate
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
            say_error("a file whose name begins with - goes behind --: slidemill %s -- %s", argv[0], argv[i]);
    }
}

int order_read(struct order *order, bool estimate, int argc, char **argv)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},        {"language", required_argument, NULL, 'l'},
        {"outputs", required_argument, NULL, 'f'},       {"course", required_argument, NULL, 'c'},
        {"lecture", required_argument, NULL, 'n'},       {"previous", required_argument, NULL, 'p'},
        {"password-file", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
    struct paths paths = {NULL, NULL};
    int option, rc = EXIT_DONE;

    *order = (struct order){.estimate = estimate, .language = "English", .previous = -1};
    while (rc == EXIT_DONE && (option = getopt_long(argc, argv, "o:l:", options, NULL)) != -1)
        rc = take(order, option, &paths);
    if (rc == EXIT_DONE && optind != argc - 1)
        rc = say_usage("%s takes one PDF file, not %d", estimate ? "estimate" : "run", argc - optind);
    if (rc == EXIT_USAGE)
        hint_at_dashes(argc, argv);
    if (rc == EXIT_DONE)
        rc = check(order);
    if (rc == EXIT_DONE && paths.previous != NULL)
        rc = open_previous(order, paths.previous);
    if (rc == EXIT_DONE && paths.password != NULL)
        rc = read_password(order, paths.password);
    if (rc != EXIT_DONE)
        return rc;
    if (order->password == NULL)
        order->password = need_dup("");
    order->path = argv[optind];
    order->metadata = metadata_of(order);
    return EXIT_DONE;
}

void order_close(struct order *order)
{
    if (order->previous != -1)
        close(order->previous);
    free(order->metadata);
    free(order->password);
    *order = (struct order){.previous = -1};
}
