/* prompt_templates - what the model is told: the prompts built in, or the operator's own from a folder
 *
 * A template holds blanks, {language} and the like; prompt_templates_fill puts values in, and never looks
 * into a value again: what a stranger wrote cannot fill a blank.
 */
#ifndef CONF_PROMPT_TEMPLATES_H
#define CONF_PROMPT_TEMPLATES_H

#include <stddef.h>
#include <stdio.h>

/* Raise it with every change of the words in prompt.c, correction_prompt.c and lecture_overview.c: a changed
 * prompt is another model. */
enum { PROMPT_VERSION = 3 };

enum text {
    TEXT_EXPLAIN,  /* one slide: who you are, the rules, the fields */
    TEXT_SHAPE,    /* the JSON of its answer, where no schema can be sent */
    TEXT_AGAIN,    /* an earlier answer could not be used */
    TEXT_CORRECT,  /* statements of an answer in which something is in doubt: rules and JSON */
    TEXT_OVERVIEW, /* the whole lecture: rules, fields and JSON */
    TEXTS
};

struct prompt_templates;

/* folder "": all built in; a file that is not in the folder is built in too. NULL if a file is there and
 * cannot be used: why says which and what to do. */
struct prompt_templates *prompt_templates_load(const char *folder, char *why, size_t room);
void prompt_templates_free(struct prompt_templates **texts);

const char *prompt_templates_get(const struct prompt_templates *texts, enum text text);

/* Lower-case hex SHA-256 of all that can stand in a request besides what the lecture brings. */
const char *prompt_templates_hash(const struct prompt_templates *texts);

struct blank {
    const char *name; /* with its braces */
    const char *value;
};

/* Writes the template with its blanks filled; a name not among them stands as it is. */
void prompt_templates_fill(FILE *out, const char *template, const struct blank *blanks, size_t count);

#endif
