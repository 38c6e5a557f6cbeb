/* test_auth - lists of API keys, and whose a key is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/front/auth.h"

/* "name=key name=key", or the error. */
static const char *told(const char *list)
{
    static char text[512];
    struct api_key key;
    const char *error;
    int used = 0;

    text[0] = '\0';
    while ((error = api_keys_next(&list, &key)) == NULL && key.text != NULL)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s=%.*s", used > 0 ? " " : "", key.name,
                         (int)key.size, key.text);
    return error == NULL ? text : error;
}

static void lists_are_read(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {" , ,\n", ""},
        {"one", "=one"},
        {" one ,two,, ", "=one =two"},
        {"one,\n\ttwo\n", "=one =two"},
        {"web:KEY1,web:KEY2,lab:KEY3", "web=KEY1 web=KEY2 lab=KEY3"},
        {"web : KEY1 ,KEY2", "web=KEY1 =KEY2"},
        {"a-b_C9:k:e:y:", "a-b_C9=k:e:y:"}, /* the first colon counts */
        {":k:e:y", "=k:e:y"},               /* a key with a colon, and without a name */
        {"sk a b", "=sk a b"},
        {"aaaaaaaaaabbbbbbbbbbcccccccccc12:k", "aaaaaaaaaabbbbbbbbbbcccccccccc12=k"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(told(rows[i][0]), rows[i][1]);
}

static void what_could_mean_two_things_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {"ok,web:", "no key behind it"},
        {":", "no key behind it"},
        {"web: ,x", "no key behind it"},
        {"a b:key", "no name"},
        {"-web:key", "no name"},
        {"w\xc3\xa9"
         "b:key",
         "no name"},
        {"a.b:key", "no name"},
        {"aaaaaaaaaabbbbbbbbbbcccccccccc123:k", "no name"},
        {"one\ntwo", "separate keys by commas"},
        {"web:KEY1\nlab:KEY2", "separate keys by commas"},
        {"a\tb", "separate keys by commas"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(told(rows[i][0]), rows[i][1]) == NULL)
            fail_msg("%s: %s", rows[i][0], told(rows[i][0]));
}

static struct api_keys *auth_of(const char *keys, const char *admin_keys, char why[API_KEYS_ERROR_ROOM])
{
    char *list = need_dup(keys), *admins = need_dup(admin_keys);
    size_t sizes[] = {strlen(keys), strlen(admin_keys)};
    struct api_keys *auth = api_keys_new(list, admins, why);

    for (size_t i = 0; i < sizes[0]; i++)
        assert_int_equal(list[i], 0); /* only the hashes are left */
    for (size_t i = 0; i < sizes[1]; i++)
        assert_int_equal(admins[i], 0);
    free(list);
    free(admins);
    return auth;
}

static void a_key_opens(void **state)
{
    static const char *const refused[] = {NULL, "", "Bearer ", "Bearer on", "Basic one", "Bearer one,two",
                                          "one"};
    char why[API_KEYS_ERROR_ROOM];
    struct api_keys *auth = auth_of(" one ,two,, ", "", why);
    struct caller caller;

    (void)state;
    assert_non_null(auth);
    assert_true(auth_count(auth) == 2 && !auth_is_open(auth) && !auth_is_divided(auth));
    assert_true(auth_admit(auth, "Bearer one", &caller) && caller.number == 0);
    assert_string_equal(caller.client, "7692c3ad3540bb80"); /* printf %s one | sha256sum */
    assert_string_equal(caller.tenant, "");
    assert_true(auth_admit(auth, "bearer two", &caller) && caller.number == 1 && !caller.admin);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(auth_admit(auth, refused[i], &caller));
        assert_true(caller.client[0] == '\0' && caller.tenant[0] == '\0' && !caller.admin);
    }
    api_keys_free(&auth);
}

static void without_keys_everybody_may(void **state)
{
    char why[API_KEYS_ERROR_ROOM];
    struct api_keys *auth = auth_of("", "", why);
    struct caller caller;

    (void)state;
    assert_non_null(auth);
    assert_true(auth_is_open(auth) && auth_count(auth) == 1 && !auth_is_divided(auth));
    assert_true(auth_admit(auth, NULL, &caller) && auth_admit(auth, "Bearer x", &caller));
    assert_true(caller.number == 0 && caller.client[0] == '\0' && caller.tenant[0] == '\0' && !caller.admin);
    assert_false(auth_owner(auth, 0, &caller));
    api_keys_free(&auth);
}

static void keys_of_one_name_are_one_tenant(void **state)
{
    static const struct {
        const char *key, *tenant;
        bool admin;
    } rows[] = {{"K1", "web", false},  {"K2", "web", false}, {"K3", "lab", false}, {"K4", "", false},
                {"k:5", "", false},    {"ROOT", "", true},   {"web", NULL, false}, {"web:K1", NULL, false},
                {":k:5", NULL, false}, {"k1", NULL, false},  {"x", "", true}};
    char why[API_KEYS_ERROR_ROOM], header[64];
    struct api_keys *auth = auth_of("web:K1,web:K2,lab:K3,K4,:k:5,web:K1", "ROOT,ops:x", why);
    struct caller caller;

    (void)state;
    assert_non_null(auth);
    assert_true(auth_count(auth) == 7 && auth_is_divided(auth));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(header, sizeof header, "Bearer %s", rows[i].key);
        assert_int_equal(auth_admit(auth, header, &caller), rows[i].tenant != NULL);
        assert_int_equal(auth_shows_name(auth, header),
                         strcmp(rows[i].key, "web:K1") == 0 || strcmp(rows[i].key, ":k:5") == 0);
        if (rows[i].tenant == NULL)
            continue;
        assert_string_equal(caller.tenant, rows[i].tenant);
        assert_int_equal(caller.admin, rows[i].admin);
        assert_int_equal(auth_owner(auth, caller.number, &caller), !rows[i].admin);
    }
    api_keys_free(&auth);
    auth = auth_of("K1", "ROOT", why);
    assert_true(auth != NULL && auth_is_divided(auth));
    api_keys_free(&auth);
}

static void lists_that_contradict_themselves_are_refused(void **state)
{
    static const char *const rows[][3] = {
        {"ok,web:", "", "entry 2 of SLIDEMILL_API_KEYS: it has a colon"},
        {"ok", "fine,a b:SECRET", "entry 2 of SLIDEMILL_ADMIN_KEYS: what stands before"},
        {"web:SECRET,lab:SECRET", "", "entry 2 of SLIDEMILL_API_KEYS: the same key"},
        {"SECRET,web:SECRET", "", "entry 2 of SLIDEMILL_API_KEYS: the same key"},
        {"SECRET", "x,SECRET", "entry 2 of SLIDEMILL_ADMIN_KEYS: the same key"},
        {"", "SECRET", "SLIDEMILL_API_KEYS has no key"},
        {" , ", "SECRET", "SLIDEMILL_API_KEYS has no key"},
    };
    char why[API_KEYS_ERROR_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_null(auth_of(rows[i][0], rows[i][1], why));
        assert_non_null(strstr(why, rows[i][2]));
        assert_null(strstr(why, "SECRET"));
        assert_true(strlen(why) < API_KEYS_ERROR_ROOM - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_are_read),
                                       cmocka_unit_test(what_could_mean_two_things_is_refused),
                                       cmocka_unit_test(a_key_opens),
                                       cmocka_unit_test(without_keys_everybody_may),
                                       cmocka_unit_test(keys_of_one_name_are_one_tenant),
                                       cmocka_unit_test(lists_that_contradict_themselves_are_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
