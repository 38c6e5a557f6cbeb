/* test_endpoints - where the next call goes, how it is written, and what is remembered */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/headerlist.h"
#include "stages/vision/model/endpoints.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A configuration with "member=value" set; the environment of the test counts for nothing. */
static struct conf *conf_of(const char *const *set)
{
    struct conf *conf = conf_load(NULL, stderr);

    assert_non_null(conf);
    for (; set != NULL && *set != NULL; set++) {
        const char *value = strchr(*set, '=') + 1;
        size_t size = (size_t)(value - *set) - 1;
        const struct {
            const char *name;
            char **member;
        } members[] = {
            {"base_url", &conf->model_base_url},
            {"preset", &conf->model_preset},
            {"headers", &conf->model_headers},
            {"name", &conf->model_name},
            {"key", &conf->model_key},
            {"dialects", &conf->model_dialects},
            {"base_url_1", &conf->fallback_1_base_url},
            {"preset_1", &conf->fallback_1_preset},
            {"key_1", &conf->fallback_1_key},
            {"name_1", &conf->fallback_1_name},
            {"headers_1", &conf->fallback_1_headers},
            {"base_url_2", &conf->fallback_2_base_url},
            {"preset_2", &conf->fallback_2_preset},
        };
        size_t i = 0;

        while (i < COUNT(members) &&
               (strlen(members[i].name) != size || strncmp(members[i].name, *set, size) != 0))
            i++;
        assert_true(i < COUNT(members));
        conf_set(members[i].member, value);
    }
    return conf;
}

#define CONF(...) conf_of((const char *const[]){__VA_ARGS__, NULL})

/* ---- configuration ---- */

static void an_endpoint_is_asked_as_configured(void **state)
{
    static const struct {
        const char *sentence;
        const char *set[6];
        const char *url, *model, *header; /* header: one that is sent */
        struct dialect dialect;
    } rows[] = {
        {"nothing but a key is the API's own",
         {"key=k"},
         "https://api.openai.com/v1/chat/completions",
         "gpt-4o",
         "Authorization: Bearer k",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
        {"slashes at the end do not matter",
         {"base_url=https://a.example/v1//"},
         "https://a.example/v1/chat/completions",
         "gpt-4o",
         "Content-Type: application/json",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
        {"the whole address is fine, too",
         {"base_url=https://a.example/v1/chat/completions"},
         "https://a.example/v1/chat/completions",
         "gpt-4o",
         "X-Client-Request-Id: id",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
        {"azure keeps its query and has a header of its own",
         {"base_url=https://me.openai.azure.com/openai/deployments/x?api-version=2024-10-21", "key=k"},
         "https://me.openai.azure.com/openai/deployments/x/chat/completions?api-version=2024-10-21",
         "gpt-4o",
         "api-key: k",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
        {"a preset knows its address",
         {"preset=gemini", "key=k", "name=gemini-2.5-pro"},
         "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
         "gemini-2.5-pro",
         "Authorization: Bearer k",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
        {"ollama takes the older field",
         {"preset=ollama", "name=qwen2.5vl"},
         "http://127.0.0.1:11434/v1/chat/completions",
         "qwen2.5vl",
         "Content-Type: application/json",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_PLAIN}},
        {"headers are sent as they are",
         {"key=k", "headers= HTTP-Referer: https://me.example/a:b ;X-Title:Slides; "},
         "https://api.openai.com/v1/chat/completions",
         "gpt-4o",
         "HTTP-Referer: https://me.example/a:b",
         {.format = FORMAT_SCHEMA, .tokens = TOKENS_COMPLETION}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf *conf = conf_of(rows[i].set);
        struct endpoints *e = endpoints_open(conf);
        const struct endpoint *first = endpoints_at(e, 0);
        struct curl_slist *headers = endpoints_headers(e, first, "id");
        bool sent = false;

        for (struct curl_slist *at = headers; at != NULL; at = at->next)
            sent = sent || strcmp(at->data, rows[i].header) == 0;
        if (endpoints_fault(conf) != NULL || strcmp(first->url, rows[i].url) != 0 ||
            strcmp(first->model, rows[i].model) != 0 || !sent ||
            first->dialect.format != rows[i].dialect.format ||
            first->dialect.tokens != rows[i].dialect.tokens)
            fail_msg("%s: %s %s", rows[i].sentence, first->url, first->model);
        curl_slist_free_all(headers);
        endpoints_close(&e);
        conf_free(&conf);
    }
}

static void what_cannot_work_is_told(void **state)
{
    static const struct {
        const char *sentence;
        const char *set[4];
        const char *fault; /* part of it; NULL: none */
        const char *lacks;
    } rows[] = {
        {"a key is all it takes", {"key=k"}, NULL, ""},
        {"the API's own needs one", {NULL}, NULL, "OPENAI_API_KEY"},
        {"a server on this machine does not", {"base_url=http://127.0.0.1:9999/v1"}, NULL, ""},
        {"a fallback may need one, too",
         {"key=k", "preset_1=openrouter"},
         NULL,
         "SLIDEMILL_FALLBACK_1_API_KEY"},
        {"two keys are missing", {"preset_1=gemini"}, NULL, "OPENAI_API_KEY, SLIDEMILL_FALLBACK_1_API_KEY"},
        {"the second before the first", {"key=k", "base_url_2=http://b.example/v1"}, "fallback_2 is set", ""},
        {"an unknown preset", {"key=k", "preset=gemmini"}, "model.preset: there is no gemmini", ""},
        {"azure is somewhere of its own", {"key=k", "preset=azure"}, "model.base_url: azure has a URL", ""},
        {"a bad header of a fallback",
         {"key=k", "base_url_1=https://b.example/v1", "headers_1=Host: x"},
         "fallback_1.headers: the header Host follows from the base URL",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf *conf = conf_of(rows[i].set);
        const char *fault = endpoints_fault(conf);

        if ((fault == NULL) != (rows[i].fault == NULL) ||
            (fault != NULL && strstr(fault, rows[i].fault) == NULL) ||
            strcmp(endpoints_lacks(conf), rows[i].lacks) != 0)
            fail_msg("%s: %s, lacks %s", rows[i].sentence, fault == NULL ? "no fault" : fault,
                     endpoints_lacks(conf));
        conf_free(&conf);
    }
}

static void headers_that_bend_a_request_are_refused(void **state)
{
    static const struct {
        const char *list, *fault; /* part of it; NULL: none */
    } rows[] = {
        {"", NULL},
        {" ; ;", NULL},
        {"X-Title: Slides", NULL},
        {"cf-aig-authorization: Bearer x; b: c", NULL},
        {"X-Title", "not \"Name: value\""},
        {"X Title: a", "not \"Name: value\""},
        {": a", "not \"Name: value\""},
        {"a: b; c", "not \"Name: value\""},
        {"X-Title:", "X-Title has no value"},
        {"X-Title: a\r\nHost: b", "not visible ASCII"},
        {"X-Title: a\nb", "not visible ASCII"},
        {"X-Title: caf\xc3\xa9", "not visible ASCII"},
        {"authorization: Bearer x", "carries the key"},
        {"API-Key: x", "carries the key"},
        {"Content-Type: text/plain", "told by the request"},
        {"content-length: 5", "told by the request"},
        {"Transfer-Encoding: chunked", "told by the request"},
        {"TE: trailers", "belongs to the connection"},
        {"Proxy-Authorization: x", "belongs to the connection"},
        {"Tea: green", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *fault = headerlist_fault(rows[i].list);

        if ((fault == NULL) != (rows[i].fault == NULL) ||
            (fault != NULL && strstr(fault, rows[i].fault) == NULL))
            fail_msg("%s: %s", rows[i].list, fault == NULL ? "no fault" : fault);
    }
}

/* ---- order ---- */

enum { FIRST, SECOND, NOWHERE = -1 };

struct event {
    int64_t at_ms;
    bool old; /* what is heard was under way before the last pick */
    int of;   /* which one is heard of; NOWHERE: nothing */
    enum deed deed;
    enum code code;
    unsigned times;
    int next; /* where the next call goes then */
};

static void play(const char *sentence, bool alone, const struct event *events)
{
    struct conf *conf = alone ? CONF("key=k") : CONF("key=k", "preset_1=openai", "key_1=k");
    struct endpoints *e = endpoints_open(conf);
    uint64_t turns[2] = {0, 0}, turn; /* the last that went to each */

    assert_int_equal(endpoints_count(e), alone ? 1 : 2);
    for (; events->times > 0; events++) {
        const struct endpoint *next;

        for (unsigned i = 0; events->of != NOWHERE && i < events->times; i++) {
            const struct endpoint *of = endpoints_at(e, (unsigned)events->of);

            endpoints_heard(e, of, &of->dialect, events->deed, events->code,
                            events->old ? 0 : turns[events->of], events->at_ms);
        }
        next = endpoints_pick(e, events->at_ms, &turn);
        if (next != NULL)
            turns[next->index] = turn;
        if ((next == NULL ? NOWHERE : (int)next->index) != events->next)
            fail_msg("%s, at %lld: %d", sentence, (long long)events->at_ms,
                     next == NULL ? NOWHERE : (int)next->index);
    }
    endpoints_close(&e);
    conf_free(&conf);
}

static void calls_go_where_they_may_succeed(void **state)
{
    static const struct {
        const char *sentence;
        bool alone;
        struct event events[10];
    } rows[] = {
        {"a refused key is left alone as long as there is another",
         false,
         {{0, false, FIRST, DEED_ALL, CODE_MODEL_AUTH, 1, SECOND},
          {1, true, FIRST, DEED_DONE, CODES, 1, SECOND}, /* it was under way */
          {599999, false, NOWHERE, 0, 0, 1, SECOND},
          {600000, false, NOWHERE, 0, 0, 1, FIRST},
          {600001, false, NOWHERE, 0, 0, 1, SECOND},
          {603000, false, FIRST, DEED_DONE, CODES, 1, FIRST}}},
        {"money that is still gone",
         false,
         {{0, false, FIRST, DEED_ALL, CODE_MODEL_QUOTA, 1, SECOND},
          {600000, false, NOWHERE, 0, 0, 1, FIRST},
          {600100, false, FIRST, DEED_ALL, CODE_MODEL_QUOTA, 1, SECOND},
          {700000, false, NOWHERE, 0, 0, 1, SECOND}}},
        {"none is left: one call at a time finds out whether the first is back",
         false,
         {{0, false, FIRST, DEED_ALL, CODE_MODEL_AUTH, 1, SECOND},
          {1, false, SECOND, DEED_ALL, CODE_MODEL_NOT_FOUND, 1, FIRST},
          {2, false, NOWHERE, 0, 0, 1, NOWHERE},
          {3, true, FIRST, DEED_ALL, CODE_MODEL_AUTH, 9, NOWHERE}, /* they were under way */
          {3, false, FIRST, DEED_ALL, CODE_MODEL_QUOTA, 1, FIRST},
          {4, false, NOWHERE, 0, 0, 1, NOWHERE},
          {5, false, FIRST, DEED_DONE, CODES, 1, FIRST},
          {6, false, NOWHERE, 0, 0, 1, FIRST}}},
        {"a look that ends in another trouble",
         true,
         {{0, false, FIRST, DEED_ALL, CODE_MODEL_QUOTA, 1, FIRST},
          {1, false, NOWHERE, 0, 0, 1, NOWHERE},
          {2, false, FIRST, DEED_AGAIN, CODE_MODEL_TIMEOUT, 1, FIRST},
          {3, false, NOWHERE, 0, 0, 1, NOWHERE}}},
        {"a look that is never heard of",
         true,
         {{0, false, FIRST, DEED_ALL, CODE_MODEL_QUOTA, 1, FIRST},
          {59999, false, NOWHERE, 0, 0, 1, NOWHERE},
          {60000, false, NOWHERE, 0, 0, 1, FIRST}}},
        {"failures in a row, a minute's rest, a look that is lost, and a look that succeeds",
         false,
         {{0, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 4, FIRST},
          {1, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 1, SECOND},
          {60000, false, NOWHERE, 0, 0, 1, SECOND},
          {60001, false, NOWHERE, 0, 0, 1, FIRST},
          {60002, false, NOWHERE, 0, 0, 1, SECOND},
          {120001, false, NOWHERE, 0, 0, 1, FIRST},
          {121000, false, FIRST, DEED_DONE, CODES, 1, FIRST}}},
        {"an answer between failures counts them anew",
         false,
         {{0, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 4, FIRST},
          {1, false, FIRST, DEED_SLIDE, CODE_MODEL_REJECTED, 1, FIRST},
          {2, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 4, FIRST}}},
        {"one alone that fails is asked all the same",
         true,
         {{0, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 50, FIRST}}},
        {"of two that fail, the one that has rested longer",
         false,
         {{0, false, FIRST, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, 5, SECOND},
          {100, false, SECOND, DEED_AGAIN, CODE_MODEL_TIMEOUT, 5, FIRST}}},
        {"being too fast is no reason to go elsewhere",
         false,
         {{0, false, FIRST, DEED_SLOWER, CODE_MODEL_RATE_LIMITED, 50, FIRST}}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        play(rows[i].sentence, rows[i].alone, rows[i].events);
}

static void a_look_that_is_given_up_leaves_its_place(void **state)
{
    struct conf *conf = CONF("key=k");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *only = endpoints_at(e, 0);
    uint64_t turn, waits;

    (void)state;
    endpoints_heard(e, only, &only->dialect, DEED_ALL, CODE_MODEL_AUTH, 0, 0);
    assert_non_null(endpoints_pick(e, 1, &turn));
    assert_null(endpoints_pick(e, 1, &waits));
    endpoints_dropped(e, only, waits); /* it did not look */
    assert_null(endpoints_pick(e, 1, &waits));
    endpoints_dropped(e, only, turn);
    assert_non_null(endpoints_pick(e, 1, &turn));
    endpoints_close(&e);
    conf_free(&conf);
}

static void nothing_is_left_once_all_refuse(void **state)
{
    struct conf *conf = CONF("key=k", "preset_1=ollama", "name_1=qwen");
    struct endpoints *e = endpoints_open(conf);

    (void)state;
    endpoints_heard(e, endpoints_at(e, 0), &endpoints_at(e, 0)->dialect, DEED_ALL, CODE_MODEL_AUTH, 0, 0);
    assert_true(endpoints_any(e, 1));
    endpoints_heard(e, endpoints_at(e, 1), &endpoints_at(e, 1)->dialect, DEED_ALL, CODE_MODEL_AUTH, 0, 0);
    assert_false(endpoints_any(e, 1));
    endpoints_close(&e);
    conf_free(&conf);
}

/* ---- dialects ---- */

/* An endpoint hears a refusal of a request that it was asked in its present dialect. */
static struct classification refused(struct endpoints *e, enum meaning meaning, unsigned asked,
                                     const char *message)
{
    const struct endpoint *first = endpoints_at(e, 0);
    const struct dialect used = first->dialect;
    struct classification j = {.meaning = meaning};

    j.deed = model_error_deed(meaning, -1, &j.code);
    snprintf(j.said.message, sizeof j.said.message, "%s", message);
    endpoints_learn(e, first, &used, asked, &j);
    return j;
}

static void a_refusal_teaches_the_dialect(void **state)
{
    static const struct {
        const char *sentence;
        enum meaning meaning;
        const char *message;
        enum deed deed;
        struct dialect then; /* from json_schema and max_completion_tokens on */
    } rows[] = {
        {"no schema: nor the newer name of the limit",
         MEANS_FORMAT,
         "",
         DEED_REWRITE,
         {.format = FORMAT_OBJECT, .tokens = TOKENS_PLAIN}},
        {"the newer name of the limit", MEANS_TOKENS, "", DEED_REWRITE, {.tokens = TOKENS_PLAIN}},
        {"no system message", MEANS_SYSTEM, "", DEED_REWRITE, {.one_role = true}},
        {"a limit that is too high", MEANS_CAP, "at most 2048", DEED_REWRITE, {.max = 2048}},
        {"no limit is named: half", MEANS_CAP, "max_tokens is too large", DEED_REWRITE, {.max = 2048}},
        {"room for less", MEANS_CONTEXT, "context 8192: 5000 and 4096", DEED_REWRITE, {.max = 2793}},
        {"no room", MEANS_CONTEXT, "5000 tokens, context 4000", DEED_PLAIN, {.max = 0}},
        {"no pictures", MEANS_BLIND, "", DEED_PLAIN, {.blind = true}},
        {"it does not say what: the format", MEANS_VAGUE, "", DEED_REWRITE, {.format = FORMAT_OBJECT}},
        {"another matter", MEANS_REQUEST, "invalid image", DEED_SLIDE, {.max = 0}},
        {"passing trouble", MEANS_DOWN, "", DEED_AGAIN, {.max = 0}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf *conf = CONF("key=k");
        struct endpoints *e = endpoints_open(conf);
        const struct dialect *now = &endpoints_at(e, 0)->dialect;
        struct classification j = refused(e, rows[i].meaning, 4096, rows[i].message);

        if (j.deed != rows[i].deed || now->format != rows[i].then.format ||
            now->tokens != rows[i].then.tokens || now->one_role != rows[i].then.one_role ||
            now->blind != rows[i].then.blind || now->max != rows[i].then.max)
            fail_msg("%s: %d, %d %d %d %d %u", rows[i].sentence, j.deed, now->format, now->tokens,
                     now->one_role, now->blind, now->max);
        endpoints_close(&e);
        conf_free(&conf);
    }
}

static void a_second_refusal_of_the_same_teaches_nothing_more(void **state)
{
    struct conf *conf = CONF("key=k");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    const struct dialect used = first->dialect;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct classification j = {.meaning = MEANS_FORMAT, .deed = DEED_SLIDE};

        endpoints_learn(e, first, &used, 4096, &j);
        assert_int_equal(j.deed, DEED_REWRITE);
        assert_int_equal(first->dialect.format, FORMAT_OBJECT);
    }
    endpoints_close(&e);
    conf_free(&conf);
}

static void guesses_in_vain_are_taken_back(void **state)
{
    struct conf *conf = CONF("key=k");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    unsigned rewrites = 0;

    (void)state;
    while (refused(e, MEANS_VAGUE, 4096, "").deed == DEED_REWRITE)
        rewrites++;
    assert_int_equal(rewrites, 3);
    assert_true(first->dialect.format == FORMAT_SCHEMA && first->dialect.tokens == TOKENS_COMPLETION);
    assert_int_equal(refused(e, MEANS_VAGUE, 4096, "").deed, DEED_SLIDE);
    endpoints_close(&e);

    e = endpoints_open(conf); /* where answers have come, it is the one request's fault */
    first = endpoints_at(e, 0);
    endpoints_heard(e, first, &first->dialect, DEED_DONE, CODES, 0, 0);
    assert_int_equal(refused(e, MEANS_VAGUE, 4096, "").deed, DEED_SLIDE);
    endpoints_close(&e);
    conf_free(&conf);
}

static struct classification cut(struct endpoints *e, unsigned written)
{
    const struct endpoint *first = endpoints_at(e, 0);
    const struct dialect used = first->dialect;
    struct classification j = {.deed = DEED_LONGER, .code = CODE_MODEL_TRUNCATED, .output_tokens = written};

    endpoints_learn(e, first, &used, 4096, &j);
    return j;
}

static void an_answer_cut_early_needs_no_more_room(void **state)
{
    struct conf *conf = CONF("key=k");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    struct classification j;

    (void)state;
    assert_int_equal(cut(e, 4096).deed, DEED_LONGER);
    assert_int_equal(cut(e, 0).deed, DEED_LONGER);   /* nothing is told of its length */
    assert_int_equal(cut(e, 16).deed, DEED_REWRITE); /* the limit's name is perhaps not known */
    assert_int_equal(first->dialect.tokens, TOKENS_PLAIN);
    j = cut(e, 900); /* then it is the context */
    assert_int_equal(j.deed, DEED_PLAIN);
    assert_int_equal(j.code, CODE_MODEL_CONTEXT);
    assert_non_null(strstr(j.detail, "900 written"));
    refused(e, MEANS_CAP, 8192, "at most 4096");
    assert_int_equal(cut(e, 4096).deed, DEED_SLIDE); /* it writes no more than that */
    endpoints_close(&e);
    conf_free(&conf);
}

static void who_takes_pictures_after_all_gets_them(void **state)
{
    struct conf *conf = CONF("key=k");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    struct dialect used;

    (void)state;
    refused(e, MEANS_BLIND, 4096, "");
    used = first->dialect;
    endpoints_heard(e, first, &used, DEED_DONE, CODES, 0, 0); /* asked without one */
    assert_true(first->dialect.blind);
    used.blind = false; /* a slide without text was sent with its picture */
    endpoints_heard(e, first, &used, DEED_DONE, CODES, 0, 0);
    assert_false(first->dialect.blind);
    endpoints_close(&e);
    conf_free(&conf);
}

static void what_proved_itself_is_remembered(void **state)
{
    struct conf *conf = CONF("key=k"), *next;
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    const struct dialect fresh = first->dialect;
    char *learned;

    (void)state;
    endpoints_heard(e, first, &fresh, DEED_DONE, CODES, 0, 0);
    assert_null(endpoints_learned(e)); /* it works as it is */
    assert_int_equal(refused(e, MEANS_FORMAT, 4096, "").deed, DEED_REWRITE);
    endpoints_heard(e, first, &fresh, DEED_REWRITE, CODE_MODEL_REJECTED, 0, 0);
    assert_null(endpoints_learned(e)); /* not proven yet */
    endpoints_heard(e, first, &first->dialect, DEED_DONE, CODES, 0, 0);
    learned = strdup(endpoints_learned(e));
    assert_non_null(learned);
    assert_null(endpoints_learned(e));
    endpoints_close(&e);

    conf_set(&conf->model_dialects, learned);
    e = endpoints_open(conf);
    assert_int_equal(endpoints_at(e, 0)->dialect.format, FORMAT_OBJECT);
    first = endpoints_at(e, 0); /* now it takes even less: what was remembered heals */
    assert_int_equal(refused(e, MEANS_FORMAT, 4096, "").deed, DEED_REWRITE);
    endpoints_heard(e, first, &first->dialect, DEED_DONE, CODES, 0, 0);
    assert_non_null(strstr(endpoints_learned(e), ":pc"));
    endpoints_close(&e);

    next = CONF("key=k", "name=another");
    conf_set(&next->model_dialects, learned);
    e = endpoints_open(next);
    assert_int_equal(endpoints_at(e, 0)->dialect.format, FORMAT_SCHEMA); /* another model, nothing known */
    endpoints_close(&e);
    conf_set(&next->model_dialects, "garbage 0:xx :sc");
    e = endpoints_open(next);
    assert_int_equal(endpoints_at(e, 0)->dialect.format, FORMAT_SCHEMA);
    endpoints_close(&e);
    conf_free(&next);
    conf_free(&conf);
    free(learned);
}

static void prose_instead_of_json_steps_back(void **state)
{
    struct conf *conf = CONF("preset=ollama", "name=llava");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    struct dialect used = first->dialect;

    (void)state;
    for (int i = 0; i < 5; i++) /* the form is right: the slide is to blame */
        endpoints_heard(e, first, &used, DEED_REASK, CODE_MODEL_BAD_ANSWER, 0, 0);
    assert_int_equal(first->dialect.format, FORMAT_SCHEMA);
    endpoints_heard(e, first, &used, DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, 0, 0);
    assert_int_equal(first->dialect.format, FORMAT_OBJECT);
    endpoints_heard(e, first, &used, DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, 0, 0); /* of before */
    used = first->dialect;
    endpoints_heard(e, first, &used, DEED_DONE, CODES, 0, 0);
    for (int i = 0; i < 5; i++) /* it can do it: now a slide is to blame */
        endpoints_heard(e, first, &used, DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, 0, 0);
    assert_int_equal(first->dialect.format, FORMAT_OBJECT);
    endpoints_close(&e);
    conf_free(&conf);
}

static void the_first_call_of_all_goes_alone(void **state)
{
    struct conf *conf = CONF("preset=ollama", "name=llava");
    struct endpoints *e = endpoints_open(conf);
    const struct endpoint *first = endpoints_at(e, 0);
    struct dialect used = first->dialect;
    uint64_t turn, other;

    (void)state;
    assert_ptr_equal(endpoints_pick(e, 0, &turn), first);
    assert_null(endpoints_pick(e, 0, &other));
    endpoints_heard(e, first, &used, DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, turn, 1);
    used = first->dialect;
    assert_int_equal(used.format, FORMAT_OBJECT);
    assert_ptr_equal(endpoints_pick(e, 2, &turn), first); /* the next format is as new */
    assert_null(endpoints_pick(e, 2, &other));
    endpoints_dropped(e, first, turn);
    assert_ptr_equal(endpoints_pick(e, 3, &turn), first);
    assert_null(endpoints_pick(e, 3, &other));
    endpoints_heard(e, first, &used, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, turn,
                    4); /* it says nothing of formats */
    assert_ptr_equal(endpoints_pick(e, 5, &turn), first);
    assert_ptr_equal(endpoints_pick(e, 5, &other), first);
    endpoints_close(&e);
    e = endpoints_open(conf);
    first = endpoints_at(e, 0);
    assert_ptr_equal(endpoints_pick(e, 0, &turn), first);
    assert_null(endpoints_pick(e, 19999, &other));
    assert_ptr_equal(endpoints_pick(e, 20000, &other), first); /* nobody waits for a slow one */
    assert_ptr_equal(endpoints_pick(e, 20000, &other), first);
    endpoints_close(&e);
    conf_free(&conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endpoint_is_asked_as_configured),
        cmocka_unit_test(what_cannot_work_is_told),
        cmocka_unit_test(headers_that_bend_a_request_are_refused),
        cmocka_unit_test(calls_go_where_they_may_succeed),
        cmocka_unit_test(a_look_that_is_given_up_leaves_its_place),
        cmocka_unit_test(nothing_is_left_once_all_refuse),
        cmocka_unit_test(a_refusal_teaches_the_dialect),
        cmocka_unit_test(a_second_refusal_of_the_same_teaches_nothing_more),
        cmocka_unit_test(guesses_in_vain_are_taken_back),
        cmocka_unit_test(an_answer_cut_early_needs_no_more_room),
        cmocka_unit_test(who_takes_pictures_after_all_gets_them),
        cmocka_unit_test(what_proved_itself_is_remembered),
        cmocka_unit_test(prose_instead_of_json_steps_back),
        cmocka_unit_test(the_first_call_of_all_goes_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
