/* test_prompt_templates - prompts built in and from a folder, and their blanks */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/prompt_templates.h"

static char folder[64];

static int folder_make(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/texts-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static void path_of(char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static void put(const char *name, const char *text, size_t size)
{
    char path[128];
    FILE *file;

    path_of(path, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void take_away(const char *name)
{
    char path[128];

    path_of(path, name);
    remove(path);
}

static int folder_remove(void **state)
{
    (void)state;
    take_away("explain.txt");
    return rmdir(folder);
}

static void what_is_not_in_the_folder_is_built_in(void **state)
{
    char why[512] = "";
    struct prompt_templates *own, *built_in = prompt_templates_load("", why, sizeof why);

    (void)state;
    assert_non_null(built_in);
    assert_int_equal(strlen(prompt_templates_hash(built_in)), 64);
    own = prompt_templates_load(folder, why, sizeof why);
    assert_non_null(own);
    assert_string_equal(prompt_templates_hash(own), prompt_templates_hash(built_in));
    prompt_templates_free(&own);
    put("explain.txt", "Mine, in {language}.", 20);
    own = prompt_templates_load(folder, why, sizeof why);
    assert_non_null(own);
    assert_string_equal(prompt_templates_get(own, TEXT_EXPLAIN), "Mine, in {language}.");
    assert_string_equal(prompt_templates_get(own, TEXT_SHAPE), prompt_templates_get(built_in, TEXT_SHAPE));
    assert_string_not_equal(prompt_templates_hash(own), prompt_templates_hash(built_in));
    prompt_templates_free(&own);
    prompt_templates_free(&built_in);
    take_away("explain.txt");
}

static void a_file_that_cannot_be_used_is_named(void **state)
{
    static char longer[70000];
    static const struct {
        const char *text;
        size_t size;
        const char *why;
    } rows[] = {
        {"", 0, "is empty"},
        {" \n\t\n", 4, "is empty"},
        {"a\0b", 3, "is not UTF-8"},
        {"Gr\xfc\xdf e", 6, "is not UTF-8"},
        {longer, sizeof longer, "longer than 64 KiB"},
    };

    (void)state;
    memset(longer, 'x', sizeof longer);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[512] = "";

        put("explain.txt", rows[i].text, rows[i].size);
        assert_null(prompt_templates_load(folder, why, sizeof why));
        assert_non_null(strstr(why, "explain.txt"));
        assert_non_null(strstr(why, rows[i].why));
    }
    take_away("explain.txt");
}

static void what_cannot_be_read_is_named(void **state)
{
    char path[128], why[512] = "";

    (void)state;
    path_of(path, "explain.txt");
    assert_int_equal(mkdir(path, 0700), 0); /* not even the superuser reads a folder as a file */
    assert_null(prompt_templates_load(folder, why, sizeof why));
    assert_non_null(strstr(why, "explain.txt cannot be read"));
    assert_int_equal(rmdir(path), 0);
    assert_null(prompt_templates_load("/nowhere/at/all", why, sizeof why));
    assert_non_null(strstr(why, "/nowhere/at/all cannot be opened"));
}

static void blanks_are_filled_once(void **state)
{
    static const struct blank blanks[] = {{"{language}", "{cards} Spanish"}, {"{cards}", "6"}};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    prompt_templates_fill(out, "In {language}: {cards} cards, {other}, {{cards}}.{", blanks, 2);
    fclose(out);
    assert_string_equal(text, "In {cards} Spanish: 6 cards, {other}, {6}.{");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_the_folder_is_built_in),
        cmocka_unit_test(a_file_that_cannot_be_used_is_named),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(blanks_are_filled_once),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
