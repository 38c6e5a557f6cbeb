/* diagnosis - see diagnosis.h */
#include "supervisor/cli/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/setting.h"
#include "proto/codes.h"
#include "proto/panic.h"
#include "supervisor/cli/say.h"
#include "supervisor/money/price.h"

enum { MICRO = 1000000 };

/* ---- lines ---- */

static void line(const char *mark, const char *format, va_list args)
{
    char *text;

    if (vasprintf(&text, format, args) == -1)
        panic("out of memory");
    say(stdout, "%s%s", mark, text);
    fflush(stdout); /* the next line may take a while */
    free(text);
}

#define LINE(mark, format)                                                                                   \
    do {                                                                                                     \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        line(mark, format, args);                                                                            \
        va_end(args);                                                                                        \
    } while (0)

void diagnosis_about(const char *format, ...)
{
    LINE("", format);
}

void diagnosis_good(const char *format, ...)
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
        say(stdout, "         -> %s", remedy);
}

/* ---- an endpoint ---- */

static const char *text_of(const json_t *news, const char *name)
{
    const char *text = json_string_value(json_object_get(news, name));

    return text == NULL ? "" : text;
}

static long long number_of(const json_t *news, const char *name)
{
    return json_integer_value(json_object_get(news, name));
}

/* What must work, in this order: the first that does not hides the rest. */
enum step { REACHED, KEY_TAKEN, MONEY, MODEL_KNOWN, ANSWERED, PICTURE_READ, ALL_FINE };

static enum step step_of(const json_t *news)
{
    static const struct {
        enum code code;
        enum step step;
    } rows[] = {
        {CODE_MODEL_AUTH, KEY_TAKEN},     {CODE_MODEL_QUOTA, MONEY},
        {CODE_MODEL_RATE_LIMITED, MONEY}, {CODE_MODEL_NOT_FOUND, MODEL_KNOWN},
        {CODE_MODEL_BLIND, PICTURE_READ},
    };
    const char *code = text_of(news, "code");

    if (*code == '\0')
        return json_is_true(json_object_get(news, "picture_read")) ? ALL_FINE : PICTURE_READ;
    if (number_of(news, "status") == 0)
        return REACHED;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(code, code_name(rows[i].code)) == 0)
            return rows[i].step;
    return ANSWERED;
}

/* Has it answered as only one does that took the key and knows the model? Gateways say much before that. */
static bool took_the_key(const json_t *news, enum step until)
{
    return until >= PICTURE_READ || number_of(news, "status") == 200 ||
           strcmp(text_of(news, "code"), code_name(CODE_MODEL_CONTEXT)) == 0;
}

static void tell_good_steps(const json_t *news, enum step until)
{
    if (until > REACHED)
        diagnosis_good("reached, by %s, in %.1f s", text_of(news, "protocol"),
                       (double)number_of(news, "took_ms") / 1000);
    if (took_the_key(news, until) || strcmp(text_of(news, "code"), code_name(CODE_MODEL_QUOTA)) == 0)
        diagnosis_good("the key is accepted");
    if (took_the_key(news, until))
        diagnosis_good("the model is known");
    if (until > PICTURE_READ)
        diagnosis_good("the picture of a slide is read");
}

static void tell_wrong_step(struct diagnosis *diagnosis, const struct setting *names, const json_t *news,
                            enum step step)
{
    const char *detail = text_of(news, "detail"), *code = text_of(news, "code");
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
        diagnosis_wrong(diagnosis, code_doc(code_of(code)), "the account may not ask now (%s)", detail);
        break;
    case MODEL_KNOWN:
        snprintf(remedy, sizeof remedy, "set %s to a model of this API; if it has this one, correct %s",
                 names->model_name, names->url_name);
        diagnosis_wrong(diagnosis, remedy, "the model %s is not known (%s)", text_of(news, "model"), detail);
        break;
    case PICTURE_READ:
        snprintf(remedy, sizeof remedy, "set %s to a model that takes pictures", names->model_name);
        if (*code == '\0')
            diagnosis_wrong(diagnosis, remedy, "the answer does not name what the slide shows");
        else
            diagnosis_wrong(diagnosis, remedy, "the model takes no pictures (%s)", detail);
        break;
    default:
        diagnosis_wrong(diagnosis, code_doc(code_of(code)), "no usable answer after %lld calls: %s (%s)",
                        number_of(news, "calls"), code, detail);
        break;
    }
}

static void tell_limits(const json_t *news)
{
    long long requests = number_of(news, "limit_requests"), tokens = number_of(news, "limit_tokens");

    if (requests == 0 && tokens == 0)
        diagnosis_note("it does not tell its rate limits: they are found by trying");
    else if (tokens == 0)
        diagnosis_good("rate limit: %lld requests a minute", requests);
    else if (requests == 0)
        diagnosis_good("rate limit: %lld tokens a minute", tokens);
    else
        diagnosis_good("rate limits: %lld requests and %lld tokens a minute", requests, tokens);
}

static void tell_cost(const struct conf *conf, const struct setting *setting, const json_t *news)
{
    long long input = number_of(news, "input_tokens"), output = number_of(news, "output_tokens");
    bool other = *text_of(news, "answered_by") != '\0' &&
                 !price_same_model(text_of(news, "model"), text_of(news, "answered_by"));
    struct price price;
    int64_t micro;

    if (other)
        diagnosis_note("%s was asked, %s answered: set %s to the one you want", text_of(news, "model"),
                       text_of(news, "answered_by"), setting->model_name);
    if (!price_find_at(&price, conf->model_prices, setting->preset, setting->base_url,
                       text_of(news, other ? "answered_by" : "model"))) {
        diagnosis_note("the slide took %lld tokens and gave %lld; their price is not known, so no budget can "
                       "hold: set model.prices",
                       input, output);
        return;
    }
    micro = price_of(&price, (uint64_t)input, (uint64_t)output);
    diagnosis_good("the slide took %lld tokens and gave %lld: %lld.%06lld USD", input, output,
                   (long long)micro / MICRO, (long long)micro % MICRO);
}

static void tell_endpoint(struct diagnosis *diagnosis, const struct conf *conf, const json_t *news)
{
    struct setting settings[MAX_SETTINGS];
    unsigned count = settings_of(conf, settings);
    long long index = number_of(news, "endpoint");
    const struct setting *setting = &settings[index > 0 && index < (long long)count ? index : 0];
    enum step step = step_of(news);

    diagnosis_about("%s: %s, %s", index == 0 ? "model" : "fallback", text_of(news, "url"),
                    text_of(news, "model"));
    tell_good_steps(news, step);
    if (step != ALL_FINE)
        tell_wrong_step(diagnosis, setting, news, step);
    if (*text_of(news, "code") != '\0')
        return;
    diagnosis_good("it takes response_format %s and %s", text_of(news, "format"), text_of(news, "tokens"));
    if (json_is_true(json_object_get(news, "one_role")))
        diagnosis_note("it takes no system message: what it would say goes to the user's");
    if (number_of(news, "tokens_most") > 0)
        diagnosis_note("it has room for answers of about %lld tokens, less than model.max_tokens",
                       number_of(news, "tokens_most"));
    tell_limits(news);
    tell_cost(conf, setting, news);
}

/* ---- the rest ---- */

static void tell_ocr(struct diagnosis *diagnosis, const json_t *news)
{
    const char *language = text_of(news, "language");
    char remedy[256];

    snprintf(remedy, sizeof remedy, "apt-get install tesseract-ocr-%.32s, or take it out of ocr.languages",
             language);
    if (json_is_true(json_object_get(news, "works")))
        diagnosis_good("scans are read in the language %s", language);
    else
        diagnosis_wrong(diagnosis, remedy, "scans cannot be read in the language %s", language);
}

static void tell_scripts(struct diagnosis *diagnosis, const json_t *news)
{
    if (json_is_true(json_object_get(news, "works")))
        diagnosis_good("the script of a scan is found out; languages that are installed: %s",
                       text_of(news, "installed"));
    else
        diagnosis_wrong(diagnosis, "apt-get install tesseract-ocr-osd",
                        "the script of a scan cannot be found out: what is read badly stays without text");
    diagnosis_note("scans in another script get no text: install tesseract-ocr-LANGUAGE, for example "
                   "tesseract-ocr-rus, -ell, -ara, -heb, -hin, -jpn, -chi-sim");
}

bool diagnosis_news(struct diagnosis *diagnosis, const struct conf *conf, const json_t *news)
{
    const char *kind = text_of(news, "checkup");

    if (strcmp(kind, "endpoint") == 0)
        tell_endpoint(diagnosis, conf, news);
    else if (strcmp(kind, "ocr") == 0)
        tell_ocr(diagnosis, news);
    else if (strcmp(kind, "wait") == 0)
        diagnosis_note("its model is not ready yet (%s): waiting for it", text_of(news, "reason"));
    else if (strcmp(kind, "ocr_scripts") == 0)
        tell_scripts(diagnosis, news);
    else if (strcmp(kind, "fault") == 0)
        diagnosis_wrong(diagnosis, "", "%s", text_of(news, "reason"));
    else
        return false;
    return true;
}
