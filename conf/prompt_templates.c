/* prompt_templates - see prompt_templates.h */
#include "conf/prompt_templates.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/digest.h"
#include "proto/panic.h"
#include "proto/utf8.h"
#include "conf/prompt_texts.h"

enum { MAX_FILE = 65536 };

static const struct {
    const char *file, *built_in;
} rows[TEXTS] = {
    [TEXT_EXPLAIN] = {"explain.txt", prompt_explain},    [TEXT_SHAPE] = {"shape.txt", prompt_shape},
    [TEXT_AGAIN] = {"again.txt", prompt_again},          [TEXT_CORRECT] = {"correct.txt", prompt_correct},
    [TEXT_OVERVIEW] = {"overview.txt", prompt_overview},
};

struct prompt_templates {
    char *text[TEXTS]; /* always copies of our own */
    char hash[DIGEST_TEXT];
};

/* ---- loading ---- */

static bool blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* What is wrong with a text of that size; NULL: nothing. */
static const char *fault_of(const char *text, size_t size)
{
    if (size > MAX_FILE)
        return "is longer than 64 KiB; shorten it";
    if (strlen(text) != size || !utf8_valid(text, size))
        return "is not UTF-8 text; save it as such";
    return blank(text) ? "is empty; write a prompt into it, or take it away for the built-in one" : NULL;
}

/* The file's text; NULL with errno, 0 if *fault says what is wrong with it. */
static char *file_text(const char *path, const char **fault)
{
    FILE *file = fopen(path, "re");
    char *text;
    size_t size;
    int failed;

    if (file == NULL)
        return NULL;
    text = need(MAX_FILE + 2);
    size = fread(text, 1, MAX_FILE + 1, file);
    failed = ferror(file) ? errno : 0;
    fclose(file);
    text[size] = '\0';
    *fault = failed != 0 ? NULL : fault_of(text, size);
    if (failed == 0 && *fault == NULL)
        return text;
    free(text);
    errno = failed;
    return NULL;
}

/* One text from the folder, or the built-in one if it has no such file. */
static char *load(const char *folder, enum text which, char *why, size_t room)
{
    const char *fault = NULL;
    char path[4200], *text;

    snprintf(path, sizeof path, "%s/%s", folder, rows[which].file);
    text = file_text(path, &fault);
    if (text == NULL && errno == ENOENT)
        return need_dup(rows[which].built_in);
    if (text == NULL && fault == NULL)
        snprintf(why, room, "%s cannot be read (%s); check the file and its rights", path, strerror(errno));
    else if (text == NULL)
        snprintf(why, room, "%s %s", path, fault);
    return text;
}

/* A folder that is not there would quietly be all built in. */
static bool folder_fits(const char *folder, char *why, size_t room)
{
    FILE *file = fopen(folder, "re"); /* a folder can be opened for reading, though not read by fread */

    if (file != NULL)
        fclose(file);
    else
        snprintf(why, room, "%s cannot be opened (%s); check model.prompts", folder, strerror(errno));
    return file != NULL;
}

static void hash(struct prompt_templates *texts)
{
    struct digest *digest = digest_begin();
    char version[16];

    snprintf(version, sizeof version, "%d", PROMPT_VERSION);
    digest_add_text(digest, version);
    for (int i = 0; i < TEXTS; i++)
        digest_add_text(digest, texts->text[i]);
    digest_end_text(&digest, texts->hash);
}

struct prompt_templates *prompt_templates_load(const char *folder, char *why, size_t room)
{
    struct prompt_templates *texts;

    if (*folder != '\0' && !folder_fits(folder, why, room))
        return NULL;
    texts = need_zero(1, sizeof *texts);
    for (int i = 0; i < TEXTS; i++) {
        texts->text[i] = *folder == '\0' ? need_dup(rows[i].built_in) : load(folder, i, why, room);
        if (texts->text[i] == NULL) {
            prompt_templates_free(&texts);
            return NULL;
        }
    }
    hash(texts);
    return texts;
}

void prompt_templates_free(struct prompt_templates **texts)
{
    if (*texts == NULL)
        return;
    for (int i = 0; i < TEXTS; i++)
        free((*texts)->text[i]);
    free(*texts);
    *texts = NULL;
}

const char *prompt_templates_get(const struct prompt_templates *texts, enum text text)
{
    return texts->text[text];
}

const char *prompt_templates_hash(const struct prompt_templates *texts)
{
    return texts->hash;
}

/* ---- filling ---- */

static const struct blank *blank_at(const char *at, const struct blank *blanks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(at, blanks[i].name, strlen(blanks[i].name)) == 0)
            return &blanks[i];
    return NULL;
}

void prompt_templates_fill(FILE *out, const char *template, const struct blank *blanks, size_t count)
{
    while (*template != '\0') {
        const struct blank *found = *template == '{' ? blank_at(template, blanks, count) : NULL;

        if (found != NULL) {
            fputs(found->value, out);
            template += strlen(found->name);
        } else {
            putc(*template ++, out);
        }
    }
}
