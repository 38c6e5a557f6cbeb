/* test_production - what a service lacks that looks like one in production */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/base/production.h"

enum { SET_MOST = 6 };

static const struct {
    const char *set[SET_MOST]; /* NAME=value */
    unsigned lacks;
} rows[] = {
    {{NULL}, 0},
    {{"AWS_REGION=eu-west-1", "PORT=8000"}, 0}, /* says nothing of where it runs */
    {{"OPENAI_API_KEY=k"}, 0},
    {{"WORKER_CALLBACK_URL=none"}, 0},
    {{"WORKER_CALLBACK_URL=http://a/b", "OPENAI_API_KEY=k"}, 0},
    {{"WORKER_CALLBACK_URL=http://a/b"}, 1u << LACK_MODEL},
    {{"WORKER_CALLBACK_URL=http://a/b", "OPENAI_BASE_URL=http://a/v1"}, 0},
    {{"WORKER_CALLBACK_URL=http://a/b", "SLIDEMILL_MODEL_PRESET=ollama"}, 0},
    {{"WORKER_CALLBACK_URL=http://a/b", "SLIDEMILL_ENGINE=offline"}, 0},
    {{"WORKER_CALLBACK_SECRET=s"}, 1u << LACK_MODEL | 1u << LACK_CALLBACK},
    {{"S3_BUCKET=b"}, 1u << LACK_MODEL | 1u << LACK_CALLBACK},
    {{"S3_BUCKET=b", "SLIDEMILL_ENGINE=offline", "WORKER_CALLBACK_URL=NONE"}, 0},
    {{"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s", "SLIDEMILL_ENGINE=offline",
      "WORKER_CALLBACK_URL=none"},
     1u << LACK_BUCKET},
    {{"AWS_ACCESS_KEY_ID=a", "SLIDEMILL_ENGINE=offline", "WORKER_CALLBACK_URL=none"},
     1u << LACK_BUCKET | 1u << LACK_SECRET_KEY},
    {{"AWS_SECRET_ACCESS_KEY=s", "SLIDEMILL_ENGINE=offline", "WORKER_CALLBACK_URL=none"},
     1u << LACK_BUCKET | 1u << LACK_ACCESS_KEY},
};

static void set_all(const char *const *set, bool on)
{
    for (size_t i = 0; i < SET_MOST && set[i] != NULL; i++) {
        char name[64];

        strncpy(name, set[i], sizeof name - 1);
        name[sizeof name - 1] = '\0';
        name[strcspn(name, "=")] = '\0';
        if (on)
            setenv(name, strchr(set[i], '=') + 1, 1);
        else
            unsetenv(name);
    }
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct conf *conf;

        set_all(rows[i].set, true);
        conf = conf_load(NULL, stderr);
        assert_non_null(conf);
        assert_int_equal(production_lacks(conf), rows[i].lacks);
        production_resolve_none(conf);
        assert_string_not_equal(conf->callback_url, "none");
        conf_free(&conf);
        set_all(rows[i].set, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_named),
    };

    for (int i = 0; i < LACKS; i++)
        production_log(1u << i);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
