/* diagnosis - see diagnosis.h */
#include "supervisor/cli/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/setting.h"
#include "proto/codes.h"
#include "proto/panic.h"
#include "supervisor/cli/console.h"
#include "supervisor/money/price.h"

enum { MICRO = 1000000 };

/* ---- lines ---- */

static void print_line(const char *prefix, const char *format, va_list args)
{
    char *text = need_format_list(format, args);

    console_print(stdout, "%s%s", prefix, text);
    fflush(stdout); /* the next line may take a while */
    free(text);
}

#define LINE(prefix, format)                                                                                 \
    do {                                                                                                     \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        print_line(prefix, format, args);                                                                    \
        va_end(args);                                                                                        \
    } while (0)

void diagnosis_heading(const char *format, ...)
{
    LINE("", format);
}

void diagnosis_ok(const char *format, ...)
{
    LINE("  ok     ", format);
}

void diagnosis_note(const char *format, ...)
{
    LINE("  note   ", format);
}

void diagnosis_wrong(struct diagnosis *diagnosis, const char *remedy, const char *format, ...)
{
    diagnosis->wrong++;
    LINE("  WRONG  ", format);
    if (*remedy != '\0')
        console_print(stdout, "         -> %s", remedy);
}

/* ---- an endpoint ---- */

static const char *text_of(const json_t *probe, const char *name)
{
    const char *text = json_string_value(json_object_get(probe, name));

    return text == NULL ? "" : text;
}

static long long number_of(const json_t *probe, const char *name)
{
    return json_integer_value(json_object_get(probe, name));
}

/* What must work, in this order: the first that does not hides the rest. */
enum step { REACHED, KEY_TAKEN, MONEY, MODEL_KNOWN, ANSWERED, PICTURE_READ, ALL_FINE };

static enum step step_of(const json_t *probe)
{
    static const struct {
        enum code code;
        enum step step;
    } rows[] = {
        {CODE_MODEL_AUTH, KEY_TAKEN},     {CODE_MODEL_QUOTA, MONEY},
        {CODE_MODEL_RATE_LIMITED, MONEY}, {CODE_MODEL_NOT_FOUND, MODEL_KNOWN},
        {CODE_MODEL_BLIND, PICTURE_READ},
    };
    const char *code = text_of(probe, "code");

    if (*code == '\0')
        return json_is_true(json_object_get(probe, "picture_read")) ? ALL_FINE : PICTURE_READ;
    if (number_of(probe, "status") == 0)
        return REACHED;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(code, code_name(rows[i].code)) == 0)
            return rows[i].step;
    return ANSWERED;
}

/* Has it answered as only one does that took the key and knows the model? Gateways say much before that. */
static bool key_was_accepted(const json_t *probe, enum step until)
{
    return until >= PICTURE_READ || number_of(probe, "status") == 200 ||
           strcmp(text_of(probe, "code"), code_name(CODE_MODEL_CONTEXT)) == 0;
}

static void print_good_steps(const json_t *probe, enum step until)
{
    if (until > REACHED)
        diagnosis_ok("reached, by %s, in %.1f s", text_of(probe, "protocol"),
                     (double)number_of(probe, "took_ms") / 1000);
    if (key_was_accepted(probe, until) || strcmp(text_of(probe, "code"), code_name(CODE_MODEL_QUOTA)) == 0)
        diagnosis_ok("the key is accepted");
    if (key_was_accepted(probe, until))
        diagnosis_ok("the model is known");
    if (until > PICTURE_READ)
        diagnosis_ok("the picture of a slide is read");
}

static void print_wrong_step(struct diagnosis *diagnosis, const struct setting *names, const json_t *probe,
                             enum step step)
{
    const char *detail = text_of(probe, "detail"), *code = text_of(probe, "code");
    char remedy[512];

    switch (step) {
    case REACHED:
        snprintf(remedy, sizeof remedy, "check %s, and that the server runs and may be reached from here",
                 names->url_name);
        diagnosis_wrong(diagnosis, remedy, "no answer: %s", detail);
        break;
    case KEY_TAKEN:
        snprintf(remedy, sizeof remedy, "set %s to a key of this API", names->key_name);
        diagnosis_wrong(diagnosis, remedy, "the key is refused (%s)", detail);
        break;
    case MONEY:
        diagnosis_wrong(diagnosis, code_doc(code_of(code)),
                        "the provider refuses this account at present (%s)", detail);
        break;
    case MODEL_KNOWN:
        snprintf(remedy, sizeof remedy, "set %s to a model of this API; if it has this one, correct %s",
                 names->model_name, names->url_name);
        diagnosis_wrong(diagnosis, remedy, "the model %s is not known (%s)", text_of(probe, "model"), detail);
        break;
    case PICTURE_READ:
        snprintf(remedy, sizeof remedy, "set %s to a model that takes pictures", names->model_name);
        if (*code == '\0')
            diagnosis_wrong(diagnosis, remedy, "the answer does not name what the slide shows");
        else
            diagnosis_wrong(diagnosis, remedy, "the model takes no pictures (%s)", detail);
        break;
    default:
        diagnosis_wrong(diagnosis, code_doc(code_of(code)), "no usable answer after %lld calls: %s%s%s%s",
                        number_of(probe, "calls"), code, *detail == '\0' ? "" : " (", detail,
                        *detail == '\0' ? "" : ")");
        break;
    }
}

static void print_limits(const json_t *probe)
{
    long long requests = number_of(probe, "limit_requests"), tokens = number_of(probe, "limit_tokens");

    if (requests == 0 && tokens == 0)
        diagnosis_note("it does not tell its rate limits: they are found by trying");
    else if (tokens == 0)
        diagnosis_ok("rate limit: %lld requests a minute", requests);
    else if (requests == 0)
        diagnosis_ok("rate limit: %lld tokens a minute", tokens);
    else
        diagnosis_ok("rate limits: %lld requests and %lld tokens a minute", requests, tokens);
}

static void print_cost(const struct conf *conf, const struct setting *setting, const json_t *probe)
{
    long long input = number_of(probe, "input_tokens"), output = number_of(probe, "output_tokens");
    bool other = *text_of(probe, "answered_by") != '\0' &&
                 !price_same_model(text_of(probe, "model"), text_of(probe, "answered_by"));
    struct price price;
    int64_t micro;

    if (other)
        diagnosis_note("%s was asked, %s answered: set %s to the one you want", text_of(probe, "model"),
                       text_of(probe, "answered_by"), setting->model_name);
    if (!price_find_at(&price, conf->model_prices, setting->preset, setting->base_url,
                       text_of(probe, other ? "answered_by" : "model"))) {
        diagnosis_note("the slide took %lld tokens and gave %lld; their price is not known, so no budget can "
                       "hold: set model.prices",
                       input, output);
        return;
    }
    micro = price_of(&price, (uint64_t)input, (uint64_t)output);
    diagnosis_ok("the slide took %lld tokens and gave %lld: %lld.%06lld USD", input, output,
                 (long long)micro / MICRO, (long long)micro % MICRO);
}

static void print_endpoint(struct diagnosis *diagnosis, const struct conf *conf, const json_t *probe)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);
    long long index = number_of(probe, "endpoint");
    const struct setting *setting = &settings[index > 0 && index < (long long)count ? index : 0];
    enum step step = step_of(probe);

    diagnosis_heading("%s: %s, %s", index == 0 ? "model" : "fallback", text_of(probe, "url"),
                      text_of(probe, "model"));
    print_good_steps(probe, step);
    if (step != ALL_FINE)
        print_wrong_step(diagnosis, setting, probe, step);
    if (*text_of(probe, "code") != '\0')
        return;
    diagnosis_ok("it takes response_format %s and %s", text_of(probe, "format"), text_of(probe, "tokens"));
    if (json_is_true(json_object_get(probe, "one_role")))
        diagnosis_note("this model takes no system message: the instructions go into the user message");
    if (number_of(probe, "max_tokens") > 0)
        diagnosis_note("it has room for answers of about %lld tokens, less than model.max_tokens",
                       number_of(probe, "max_tokens"));
    print_limits(probe);
    print_cost(conf, setting, probe);
}

/* ---- the rest ---- */

static void print_ocr(struct diagnosis *diagnosis, const json_t *probe)
{
    const char *language = text_of(probe, "language");
    char remedy[256];

    snprintf(remedy, sizeof remedy, "apt-get install tesseract-ocr-%.32s, or take it out of ocr.languages",
             language);
    if (json_is_true(json_object_get(probe, "works")))
        diagnosis_ok("scans are read in the language %s", language);
    else
        diagnosis_wrong(diagnosis, remedy, "scans cannot be read in the language %s", language);
}

static void print_scripts(struct diagnosis *diagnosis, const json_t *probe)
{
    if (json_is_true(json_object_get(probe, "works")))
        diagnosis_ok("the script of a scan is found out; languages that are installed: %s",
                     text_of(probe, "installed"));
    else
        diagnosis_wrong(diagnosis, "apt-get install tesseract-ocr-osd",
                        "the script of a scan cannot be found out: what is read badly stays without text");
    diagnosis_note("scans in another script get no text: install tesseract-ocr-LANGUAGE, for example "
                   "tesseract-ocr-rus, -ell, -ara, -heb, -hin, -jpn, -chi-sim");
}

bool diagnosis_probe(struct diagnosis *diagnosis, const struct conf *conf, const json_t *probe)
{
    const char *kind = text_of(probe, "probe");

    if (strcmp(kind, "endpoint") == 0)
        print_endpoint(diagnosis, conf, probe);
    else if (strcmp(kind, "ocr") == 0)
        print_ocr(diagnosis, probe);
    else if (strcmp(kind, "wait") == 0)
        diagnosis_note("its model is not ready yet (%s): waiting for it", text_of(probe, "reason"));
    else if (strcmp(kind, "ocr_scripts") == 0)
        print_scripts(diagnosis, probe);
    else if (strcmp(kind, "fault") == 0)
        diagnosis_wrong(diagnosis, "", "%s", text_of(probe, "reason"));
    else
        return false;
    return true;
}
