/* test_setting - which endpoints a configuration names, in which order, and what follows from their presets
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "conf/setting.h"

/* A conf of those variables and defaults otherwise. */
static struct conf *conf_of(const char *const variables[][2])
{
    struct conf *conf;

    clearenv();
    for (size_t i = 0; variables[i][0] != NULL; i++)
        setenv(variables[i][0], variables[i][1], 1);
    conf = conf_load(NULL, stderr);
    assert_non_null(conf);
    return conf;
}

static void the_models_own_endpoint_is_always_there(void **state)
{
    static const char *const none[][2] = {{NULL, NULL}};
    struct setting settings[MAX_SETTINGS];
    struct conf *conf = conf_of(none);

    (void)state;
    assert_int_equal(settings_of(conf, settings), 1);
    assert_int_equal(settings[0].kind, PRESET_openai);
    assert_string_equal(settings[0].base_url, preset_table[PRESET_openai].base_url);
    assert_string_equal(settings[0].model, "gpt-4o");
    assert_string_equal(settings[0].key, "");
    assert_string_equal(settings[0].path, "model");
    conf_free(&conf);
}

static void a_fallback_is_there_by_its_url_or_its_preset(void **state)
{
    static const char *const by_url[][2] = {{"OPENAI_MODEL", "mine"},
                                            {"SLIDEMILL_FALLBACK_2_BASE_URL", "http://127.0.0.1:11434/v1"},
                                            {NULL, NULL}};
    static const char *const by_preset[][2] = {
        {"SLIDEMILL_FALLBACK_1_PRESET", "gemini"}, {"SLIDEMILL_FALLBACK_1_API_KEY", "k"}, {NULL, NULL}};
    static const char *const by_key[][2] = {
        {"SLIDEMILL_FALLBACK_1_API_KEY", "k"}, {"SLIDEMILL_FALLBACK_1_MODEL", "m"}, {NULL, NULL}};
    struct setting settings[MAX_SETTINGS];
    struct conf *conf = conf_of(by_url);

    (void)state;
    assert_int_equal(settings_of(conf, settings), 2); /* the second alone: there is no gap */
    assert_string_equal(settings[1].path, "fallback_2");
    assert_int_equal(settings[1].kind, PRESET_ollama);
    assert_string_equal(settings[1].model, "mine"); /* no model of its own, and ollama has none by default */
    conf_free(&conf);
    conf = conf_of(by_preset);
    assert_int_equal(settings_of(conf, settings), 2);
    assert_string_equal(settings[1].base_url, preset_table[PRESET_gemini].base_url);
    assert_string_equal(settings[1].model, preset_table[PRESET_gemini].model);
    assert_string_equal(settings[1].key, "k");
    assert_string_equal(settings[1].key_name, "SLIDEMILL_FALLBACK_1_API_KEY");
    conf_free(&conf);
    conf = conf_of(by_key); /* a key or a model alone says not where to ask */
    assert_int_equal(settings_of(conf, settings), 1);
    conf_free(&conf);
}

static void all_three_come_in_order(void **state)
{
    static const char *const all[][2] = {{"OPENAI_BASE_URL", "https://a.example/v1"},
                                         {"SLIDEMILL_FALLBACK_1_BASE_URL", "https://b.example/v1"},
                                         {"SLIDEMILL_FALLBACK_1_MODEL", "second"},
                                         {"SLIDEMILL_FALLBACK_2_BASE_URL", "https://c.example/v1"},
                                         {NULL, NULL}};
    struct setting settings[MAX_SETTINGS];
    struct conf *conf = conf_of(all);

    (void)state;
    assert_int_equal(settings_of(conf, settings), 3);
    assert_string_equal(settings[0].base_url, "https://a.example/v1");
    assert_string_equal(settings[1].base_url, "https://b.example/v1");
    assert_string_equal(settings[2].base_url, "https://c.example/v1");
    assert_string_equal(settings[1].model, "second");
    assert_string_equal(settings[2].model, settings[0].model);
    assert_int_equal(settings[2].kind, PRESET_other);
    conf_free(&conf);
}

static void an_unknown_preset_is_none(void **state)
{
    static const char *const none[][2] = {{NULL, NULL}};
    struct setting settings[MAX_SETTINGS];
    struct conf *conf = conf_of(none);

    (void)state;
    conf_set(&conf->model_preset, "nobody"); /* the loader lets none in; a worker may be of another release */
    assert_int_equal(settings_of(conf, settings), 1);
    assert_int_equal(settings[0].kind, PRESETS);
    assert_string_equal(settings[0].base_url, "");
    conf_free(&conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_models_own_endpoint_is_always_there),
        cmocka_unit_test(a_fallback_is_there_by_its_url_or_its_preset),
        cmocka_unit_test(all_three_come_in_order),
        cmocka_unit_test(an_unknown_preset_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
