/* reload - see reload.h */
#include "supervisor/config/reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "conf/prompt_templates.h"
#include "supervisor/config/config_fault.h"
#include "supervisor/base/production.h"

struct changes {
    unsigned count, refused, readers;
};

static void on_change(void *arg, const char *path, char effect, unsigned readers)
{
    struct changes *changes = arg;

    changes->count++;
    if (effect == CONF_RESTART) {
        changes->refused++;
        log_error(reload_refused, log_str("parameter", path),
                  log_str("do", "set it back, or restart the service for it to take effect"));
    } else {
        if (effect == CONF_ROLL)
            changes->readers |= readers & ~CONF_SUPERVISOR;
        log_info(parameter_changed, log_str("parameter", path));
    }
}

/* What was derived at the start stays: it does not come from the file. */
static void carry_over(const struct reload *reload, const struct conf *old, struct conf *new)
{
    if (strcmp(new->state_dir, reload->state_dir) == 0)
        conf_set(&new->state_dir, old->state_dir);
    if (strcmp(new->store_dir, reload->store_dir) == 0)
        conf_set(&new->store_dir, old->store_dir);
    if (*new->http_public_url == '\0')
        conf_set(&new->http_public_url, old->http_public_url);
    conf_set(&new->model_dialects, old->model_dialects);
    if (*new->link_secret == '\0')
        conf_set(&new->link_secret, old->link_secret);
}

/* The faults as one line of the log each. */
static void log_faults(char *text)
{
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        log_error(reload_refused, log_str("reason", line));
}

void reload_note_renamed(const struct conf *conf)
{
    const char *line = conf->renamed;

    for (size_t size; *line != '\0'; line += size + 1) {
        char note[4500];

        size = strcspn(line, "\n");
        snprintf(note, sizeof note, "%.*s", (int)size, line);
        log_warn(parameter_renamed, log_str("reason", note));
    }
}

static struct conf *load(const char *file)
{
    char *text = NULL;
    size_t size;
    FILE *faults = open_memstream(&text, &size);
    struct conf *conf;

    if (faults == NULL) {
        log_error(reload_refused, log_str("reason", strerror(errno)), log_str("do", "send SIGHUP again"));
        return NULL;
    }
    conf = conf_load(file, faults);
    if (fclose(faults) == EOF) /* what went wrong is not all there */
        log_error(reload_refused, log_str("reason", strerror(errno)));
    if (conf == NULL)
        log_faults(text);
    free(text);
    return conf;
}

/* A prompt that cannot be used would leave no vision worker; one that has changed needs other ones, though no
 * parameter has. */
static bool prompts_fit(const struct reload *reload, const struct conf *fresh, struct changes *changes)
{
    const char *prompt = worker_pool_said(reload->pool, STAGE_VISION)->prompt;
    char why[4500];
    struct prompt_templates *texts = prompt_templates_load(fresh->model_prompts, why, sizeof why);

    if (texts == NULL) {
        log_error(reload_refused, log_str("parameter", "model.prompts"), log_str("reason", why));
        return false;
    }
    if (*prompt != '\0' && strcmp(prompt, prompt_templates_hash(texts)) != 0) {
        log_info(prompts_changed, log_str("prompt", prompt_templates_hash(texts)));
        changes->readers |= 1u << STAGE_VISION;
        changes->count++;
    }
    prompt_templates_free(&texts);
    return true;
}

void reload_now(struct reload *reload)
{
    struct conf *fresh = load(reload->file), *old = reload->service->conf;
    struct changes changes = {0};
    unsigned lacks;

    if (fresh == NULL)
        return;
    if (config_fault(fresh) != NULL) {
        log_error(reload_refused, log_str("reason", config_fault(fresh)));
        conf_free(&fresh);
        return;
    }
    lacks = production_lacks(fresh);
    production_resolve_none(fresh);
    carry_over(reload, old, fresh);
    conf_each_change(old, fresh, on_change, &changes);
    if (changes.refused > 0 || !prompts_fit(reload, fresh, &changes)) {
        conf_free(&fresh);
        return;
    }
    reload_note_renamed(fresh);
    reload->service->conf = fresh;
    reload->service->lacks = lacks;
    production_log(lacks);
    worker_pool_reload(reload->pool, fresh, changes.readers);
    conf_free(&old);
    log_info(reloaded, log_int("changes", changes.count));
}
