/* test_price - models, prices and tokens against what their makers document and bill */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/preset.h"
#include "supervisor/money/price.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_model_has_its_price(void **state)
{
    static const struct {
        const char *sentence, *overrides, *model;
        bool known;
        int64_t input_nano, output_nano;
    } rows[] = {
        {"a name of the table", "", "gpt-4o", true, 2500, 10000},
        {"the longest name counts", "", "gpt-4o-mini", true, 150, 600},
        {"a dated name is its family's", "", "gpt-4o-2024-08-06", true, 2500, 10000},
        {"a dated name with a row of its own", "", "gpt-4o-2024-05-13", true, 5000, 15000},
        {"letters may be large", "", "GPT-4o", true, 2500, 10000},
        {"a router's vendor is left out", "", "openai/gpt-4.1-mini", true, 400, 1600},
        {"what a router gives away costs nothing", "", "google/gemini-2.0-flash:free", true, 0, 0},
        {"fractions of a tenth of a cent", "", "gemini-2.0-flash-lite", true, 75, 300},
        {"a later number is another model", "", "gpt-5.9", false, 0, 0},
        {"a longer word is another model", "", "o3x", false, 0, 0},
        {"nobody knows it", "", "my-model", false, 0, 0},
        {"no name", "", "", false, 0, 0},
        {"the configuration knows it", "my-model 0.5 1.5", "my-model", true, 500, 1500},
        {"the configuration comes first", "gpt-4o 1 2", "gpt-4o-mini", true, 1000, 2000},
        {"its longest name counts", "gpt 9 9, gpt-4o 1 2 ,gpt-4 7 7", "gpt-4o", true, 1000, 2000},
        {"a name with a vendor", "openai/gpt-4o 3 4", "openai/gpt-4o", true, 3000, 4000},
        {"a name without one", "gpt-4o 3 4", "openai/gpt-4o", true, 3000, 4000},
        {"finer than can be kept is rounded up", "m 0.0001 0.0011", "m", true, 1, 2},
        {"a comma at the end is fine", "m 1 2,", "m", true, 1000, 2000},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct price price;
        bool known = price_find(&price, rows[i].overrides, rows[i].model);

        if (known != rows[i].known || price.known != known || price.input_nano != rows[i].input_nano ||
            price.output_nano != rows[i].output_nano)
            fail_msg("%s: %d %lld %lld", rows[i].sentence, known, (long long)price.input_nano,
                     (long long)price.output_nano);
    }
}

static void an_endpoint_of_ones_own_costs_nothing(void **state)
{
    static const struct {
        const char *sentence, *overrides, *preset, *base_url;
        bool known;
        int64_t input_nano;
    } rows[] = {
        {"ollama by name", "", "ollama", "", true, 0},
        {"vllm by name, anywhere", "", "vllm", "https://gpu.example.com/v1", true, 0},
        {"ollama by its port", "", "auto", "http://127.0.0.1:11434/v1", true, 0},
        {"unless somebody counts electricity", "qwen 1 1", "ollama", "", true, 1000},
        {"any other server may bill", "", "auto", "http://127.0.0.1:9999/v1", false, 0},
        {"nobody's preset", "", "what", "", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct price price;
        bool known =
            price_find_at(&price, rows[i].overrides, rows[i].preset, rows[i].base_url, "qwen-2.5-vl");

        if (known != rows[i].known || price.input_nano != rows[i].input_nano)
            fail_msg("%s: %d %lld", rows[i].sentence, known, (long long)price.input_nano);
    }
}

/* A fallback that nobody can price counts before it is ever asked. */
static void every_endpoint_needs_its_price(void **state)
{
    struct conf *conf = conf_load(NULL, stderr);
    const char *model = NULL;

    (void)state;
    assert_non_null(conf);
    conf_set(&conf->fallback_1_base_url, "https://b.example/v1");
    conf_set(&conf->fallback_1_name, "gpt-4o");
    conf_set(&conf->fallback_2_preset, "ollama");
    assert_true(price_all_known(conf, &model));
    conf_set(&conf->fallback_1_name, "who-knows");
    assert_false(price_all_known(conf, &model));
    assert_string_equal(model, "who-knows");
    conf_free(&conf);
}

static void a_preset_is_recognised_only_for_sure(void **state)
{
    static const struct {
        const char *sentence, *preset, *base_url;
        enum preset_kind kind;
    } rows[] = {
        {"nothing is the API's own", "auto", "", PRESET_openai},
        {"by host", "auto", "https://api.openai.com/v1", PRESET_openai},
        {"a region's host", "auto", "https://eu.api.openai.com/v1", PRESET_openai},
        {"a host that only ends alike", "auto", "https://notapi.openai.com/v1", PRESET_other},
        {"a resource of azure", "auto", "https://me.openai.azure.com/openai/v1?api-version=preview",
         PRESET_azure},
        {"azure in the path only", "auto", "https://me.example.com/.openai.azure.com", PRESET_other},
        {"gemini", "auto", "https://generativelanguage.googleapis.com/v1beta/openai/", PRESET_gemini},
        {"openrouter", "", "https://openrouter.ai/api/v1", PRESET_openrouter},
        {"ollama on this machine", "auto", "http://localhost:11434/v1", PRESET_ollama},
        {"ollama on the next", "auto", "http://192.168.1.9:11434/v1", PRESET_ollama},
        {"ollama's port on the wide world", "auto", "https://a.example.com:11434/v1", PRESET_other},
        {"a user before the host", "auto", "https://api.openai.com@evil.example/v1", PRESET_other},
        {"a port many servers use", "auto", "http://localhost:8000/v1", PRESET_other},
        {"IPv6", "auto", "http://[::1]:11434/v1", PRESET_ollama},
        {"a name is taken at its word", "gemini", "https://proxy.example/v1", PRESET_gemini},
        {"an unknown name", "gemmini", "", PRESETS},
        {"no URL at all", "auto", "nonsense", PRESET_other},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (preset_find(rows[i].preset, rows[i].base_url) != rows[i].kind)
            fail_msg("%s: %d", rows[i].sentence, (int)preset_find(rows[i].preset, rows[i].base_url));
}

static void overrides_say_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *word; /* word: part of the fault; NULL: there is none */
    } rows[] = {
        {"", NULL},
        {"  ", NULL},
        {"gpt-4o 2.50 10", NULL},
        {"a 1 2, b 0 0.05,", NULL},
        {"gpt-4o", "\"gpt-4o\""},
        {"gpt-4o 2.50", "\"gpt-4o 2.50\""},
        {"a 1 2, b -1 2", "\"b -1 2\""},
        {"a 1 2 3", "\"a 1 2 3\""},
        {"a 1e3 2", "\"a 1e3 2\""},
        {"a 1. 2", "\"a 1. 2\""},
        {"a 1 2;b 1 2", "\"a 1 2;b 1 2\""},
        {",a 1 2", "\"\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *fault = price_overrides_fault(rows[i].text);

        if ((fault == NULL) != (rows[i].word == NULL) ||
            (fault != NULL && strstr(fault, rows[i].word) == NULL))
            fail_msg("%s: %s", rows[i].text, fault == NULL ? "no fault" : fault);
    }
}

static void money_is_read_and_reckoned(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t micro;
    } rows[] = {
        {"2.50", true, 2500000},
        {"0", true, 0},
        {"0.000001", true, 1},
        {"1000000000", true, 1000000000000000},
        {"1000000000.000001", false, 0},
        {"99999999999999999999", false, 0},
        {"0.0000001", false, 0},
        {"", false, 0},
        {".5", false, 0},
        {"5.", false, 0},
        {"-1", false, 0},
        {"1,5", false, 0},
        {"$1", false, 0},
        {"1 ", false, 0},
    };
    const struct price price = {.input_nano = 2500, .output_nano = 10000, .known = true};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t micro = 0;

        if (usd_parse(rows[i].text, &micro) != rows[i].good || micro != rows[i].micro)
            fail_msg("%s: %lld", rows[i].text, (long long)micro);
    }
    assert_int_equal(price_of(&price, 1000, 100), 3500);
    assert_int_equal(price_of(&price, 1, 0), 3); /* 2.5, rounded up */
    assert_int_equal(price_of(&price, 0, 0), 0);
    assert_int_equal(price_of(&price, UINT64_MAX, UINT64_MAX), MAX_PRICE);
}

static void a_picture_has_its_tokens(void **state)
{
    static const struct {
        const char *sentence, *model, *detail;
        uint32_t width, height;
        uint64_t tokens;
    } rows[] = {
        {"the guide's square", "gpt-4o", "high", 1024, 1024, 765},
        {"the guide's tall picture", "gpt-4o", "high", 2048, 4096, 1105},
        {"low is the base", "gpt-4o", "low", 2048, 4096, 85},
        {"a slide of ours", "gpt-4o", "high", 1365, 768, 1105},
        {"an old slide of ours", "gpt-4.1", "high", 1024, 768, 765},
        {"the dear tiles of the small one", "gpt-4o-mini", "high", 1365, 768, 36835},
        {"patches: the guide's square", "gpt-4.1-mini", "high", 1024, 1024, 1659},
        {"patches are capped", "gpt-4.1-mini", "high", 4000, 1474, 2489},
        {"patches know no low detail", "gpt-5-nano", "low", 2000, 2000, 2304},
        {"a slide of ours in patches", "gpt-5-mini", "high", 1365, 768, 1239},
        {"a small picture for gemini", "gemini-2.5-flash", "high", 384, 200, 258},
        {"a slide of ours for gemini", "gemini-2.5-flash", "high", 1365, 768, 1548},
        {"the newer take all pictures alike", "gemini-3-flash", "high", 1365, 768, 1120},
        {"by area", "claude-opus-5-5", "high", 1365, 768, 1398},
        {"nobody knows: a token for 600 pixels", "qwen2.5-vl", "high", 1365, 768, 1748},
        {"nothing is at least a token", "qwen2.5-vl", "high", 0, 0, 1},
        {"absurd sizes do not overflow", "gpt-4o", "high", UINT32_MAX, UINT32_MAX, 765},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t tokens = tokens_image(rows[i].model, rows[i].detail, rows[i].width, rows[i].height);

        if (tokens != rows[i].tokens)
            fail_msg("%s: %llu", rows[i].sentence, (unsigned long long)tokens);
    }
}

/* tokens: what the tokenizer o200k_base or cl100k_base makes of it, whichever is more. */
static void text_has_at_least_its_tokens(void **state)
{
    static const struct {
        const char *text;
        uint64_t tokens;
    } rows[] = {
        {"", 0},
        {"A process is a running program.", 7},
        {"\u9032\u7a0b\u662f\u4e00\u500b\u6b63\u5728\u57f7\u884c\u7684\u7a0b\u5f0f\u3002", 15},
        {"f(x) = a + b", 7},
        {"T C M", 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (tokens_text(strlen(rows[i].text)) < rows[i].tokens)
            fail_msg("%s", rows[i].text);
    assert_true(tokens_text(UINT64_MAX) > UINT64_MAX / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_has_its_price),
        cmocka_unit_test(an_endpoint_of_ones_own_costs_nothing),
        cmocka_unit_test(every_endpoint_needs_its_price),
        cmocka_unit_test(a_preset_is_recognised_only_for_sure),
        cmocka_unit_test(overrides_say_what_is_wrong),
        cmocka_unit_test(money_is_read_and_reckoned),
        cmocka_unit_test(a_picture_has_its_tokens),
        cmocka_unit_test(text_has_at_least_its_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
