/* results - see results.h */
#include "supervisor/cli/results.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "proto/artifact.h"
#include "proto/exits.h"
#include "proto/panic.h"

#include "supervisor/cli/file_set.h"
#include "supervisor/cli/console.h"

enum { FAILED_SHOWN = 5, DEGRADED_SHOWN = 50 };

static const char other_folder[] = "name another folder with -o";

static char *joined(const char *folder, const char *name)
{
    size_t size = strlen(folder);

    return need_format("%s%s%s", folder, size > 0 && folder[size - 1] == '/' ? "" : "/", name);
}

/* ---- the folder ---- */

static int make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        int rc;

        *slash = '\0';
        rc = mkdir(path, 0777);
        *slash = '/';
        if (rc == -1 && errno != EEXIST)
            return -1;
    }
    return mkdir(path, 0777);
}

int results_open(struct results *results, const char *folder, uint32_t outputs)
{
    char *path = need_dup(folder);
    struct stat info;
    int rc, code = EXIT_DONE;

    while (strlen(path) > 1 && path[strlen(path) - 1] == '/')
        path[strlen(path) - 1] = '\0';
    *results = (struct results){.folder = folder, .outputs = outputs};
    rc = make_folders(path);
    results->made = rc == 0;
    if (rc == -1 && errno == EEXIST) {
        rc = stat(path, &info);
        if (rc == 0 && !S_ISDIR(info.st_mode)) {
            errno = ENOTDIR;
            rc = -1;
        } else if (rc == 0)
            rc = access(path, W_OK | X_OK);
    }
    if (rc == -1)
        code = console_write_error(folder, other_folder, errno);
    free(path);
    return code;
}

void results_abandon(const struct results *results)
{
    if (results->made)
        rmdir(results->folder);
}

/* ---- copying ---- */

static int copy_all(const struct results *results, const char *objects, struct file_set *set)
{
    for (unsigned n = 0; n < ARTIFACTS; n++) {
        char *from;
        int rc, saved;

        if (!artifact_made(results->outputs, n))
            continue;
        from = joined(objects, artifact_file(n));
        rc = file_set_add(set, from, artifact_file(n));
        saved = errno;
        free(from);
        if (rc == -1)
            return console_write_error(set->entries[set->count - 1].path, other_folder, saved);
    }
    return EXIT_DONE;
}

int results_copy(const struct results *results, const struct temp_folder *folder, const char *job)
{
    char *outputs = temp_folder_path(folder, "objects/outputs");
    char *objects = joined(outputs, job);
    struct file_set set = {.folder = results->folder};
    const char *failed;
    int rc = copy_all(results, objects, &set);

    if (rc == EXIT_DONE && file_set_publish(&set, &failed) == -1)
        rc = console_write_error(failed, other_folder, errno);
    file_set_abandon(&set);
    free(objects);
    free(outputs);
    return rc;
}

/* ---- telling ---- */

static void print_files(const struct results *results)
{
    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (artifact_made(results->outputs, n)) {
            char *path = joined(results->folder, artifact_file(n));

            console_print(stdout, "%s", path);
            free(path);
        }
}

/* "27 slides in 1.4 s: 25 explained, 1 blank, 1 failed; 104 cards" */
static void print_counts(json_t *summary, int64_t took_ms)
{
    json_int_t total = json_integer_value(json_object_get(summary, "total_slides"));
    size_t cards = json_array_size(json_object_get(summary, "anki_cards"));
    const char *outcome, *before = ": ";
    json_t *count;

    printf("%lld slide%s in %lld.%lld s", (long long)total, total == 1 ? "" : "s",
           (long long)(took_ms / 1000), (long long)(took_ms % 1000 / 100));
    json_object_foreach(json_object_get(summary, "outcomes"), outcome, count)
    {
        if (json_integer_value(count) == 0)
            continue;
        printf("%s%lld %s", before, (long long)json_integer_value(count),
               strcmp(outcome, "text_only") == 0 ? "text only" : outcome);
        before = ", ";
    }
    printf("; %zu card%s\n", cards, cards == 1 ? "" : "s");
}

static void print_failed(json_t *summary)
{
    size_t index, failed = 0;
    json_t *slide;

    json_array_foreach(json_object_get(summary, "slides"), index, slide)
    {
        json_t *reason = json_object_get(slide, "reason");
        const char *outcome = json_string_value(json_object_get(slide, "outcome"));
        const char *code = json_string_value(json_object_get(reason, "code"));
        const char *message = json_string_value(json_object_get(reason, "message"));

        if (outcome == NULL || strcmp(outcome, "failed") != 0 || failed++ >= FAILED_SHOWN)
            continue;
        console_print(stdout, "slide %lld failed: %s: %s",
                      (long long)json_integer_value(json_object_get(slide, "slide_number")),
                      code == NULL ? "?" : code, message == NULL ? "" : message);
    }
    if (failed > FAILED_SHOWN)
        console_print(stdout, "and %zu more: see summary.json", failed - FAILED_SHOWN);
}

/* Slides of which parts may be missing or wrong, by their numbers. */
static void print_degraded(json_t *summary)
{
    const char *before = "not whole, as parts of their content are damaged or missing: slides ";
    size_t index, told = 0;
    json_t *slide;

    json_array_foreach(json_object_get(summary, "slides"), index, slide)
    {
        if (!json_is_true(json_object_get(slide, "degraded")) || told++ >= DEGRADED_SHOWN)
            continue;
        printf("%s%lld", before, (long long)json_integer_value(json_object_get(slide, "slide_number")));
        before = ", ";
    }
    if (told > DEGRADED_SHOWN)
        printf(" and %zu more", told - DEGRADED_SHOWN);
    if (told > 0)
        puts("; summary.json says why");
}

static void print_repair(json_t *summary)
{
    if (json_is_true(json_object_get(summary, "repaired")))
        console_print(stdout, "The PDF was damaged and has been repaired: check that no slide is missing.");
}

static void print_ocr(json_t *summary)
{
    size_t index, read = 0, unread = 0;
    json_t *slide;

    json_array_foreach(json_object_get(summary, "slides"), index, slide)
    {
        json_t *why = json_object_get(slide, "unread");
        const char *script = json_string_value(json_object_get(why, "script"));
        const char *language = json_string_value(json_object_get(why, "ocr_language"));

        read += json_object_get(slide, "text_source") != NULL;
        if (script != NULL && language != NULL && unread++ < FAILED_SHOWN)
            console_print(
                stdout,
                "slide %lld: its text is in the script %s and was not read: install tesseract-ocr-%s, or "
                "another "
                "language of that script",
                (long long)json_integer_value(json_object_get(slide, "slide_number")), script, language);
    }
    if (unread > FAILED_SHOWN)
        console_print(stdout, "and %zu more: see summary.json", unread - FAILED_SHOWN);
    if (read > 0)
        console_print(stdout, "%zu slide%s read by OCR, which makes mistakes: check the text.", read,
                      read == 1 ? " was" : "s were");
}

static void print_engine(json_t *summary)
{
    const char *engine = json_string_value(json_object_get(summary, "engine"));

    if (engine != NULL && strcmp(engine, "offline") == 0)
        console_print(stdout, "No language model was used: all text is from the slides themselves. "
                              "Set OPENAI_API_KEY (or OPENAI_BASE_URL) to have them explained.");
}

void results_print(const struct results *results, int64_t took_ms)
{
    char *path = joined(results->folder, artifact_file(ARTIFACT_SUMMARY));
    json_t *summary = json_load_file(path, 0, NULL);

    print_files(results);
    print_counts(summary, took_ms);
    print_failed(summary);
    print_degraded(summary);
    print_repair(summary);
    print_ocr(summary);
    print_engine(summary);
    json_decref(summary);
    free(path);
}
