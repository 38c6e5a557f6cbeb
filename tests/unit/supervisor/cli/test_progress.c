/* test_progress - the bar as text: what it says, and that it never outgrows its terminal */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "supervisor/cli/progress.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void draws_what_there_is_room_for(void **state)
{
    static const struct {
        const char *name;
        struct progress_style style;
        struct progress_facts facts;
        const char *line;
    } rows[] = {
        {"half way, in plain characters",
         {true, false, false, 60},
         {"working", 10, 20, 0, 7000},
         "explaining [#############..............] 10/20 slides  0:07"},
        {"the same in blocks",
         {true, true, false, 41},
         {"working", 10, 20, 0, 7000},
         "explaining ████░░░░ 10/20 slides  0:07"},
        {"colour where it is wanted",
         {true, true, true, 41},
         {"working", 10, 20, 0, 7000},
         "explaining \033[32m████\033[0;2m░░░░\033[0m 10/20 slides  0:07"},
        {"nothing known yet",
         {true, false, false, 40},
         {"fetching", 0, 0, 0, 61000},
         "reading    [.....................] 1:01"},
        {"failed slides are told",
         {true, false, false, 40},
         {"working", 3, 3, 1, 0},
         "explaining 3/3 slides, 1 failed  0:00"},
        {"no room for a bar",
         {true, false, false, 36},
         {"storing", 3, 3, 0, 0},
         "saving     3/3 slides  0:00"},
        {"no room for the word", {true, false, false, 20}, {"storing", 3, 3, 0, 0}, "3/3 slides  0:00"},
        {"no room at all", {true, false, false, 10}, {"storing", 3, 3, 0, 0}, ""},
        {"more done than there is",
         {true, false, false, 39},
         {"working", 9, 3, 0, 0},
         "explaining [########] 9/3 slides  0:00"},
        {"a state we do not know",
         {true, false, false, 20},
         {"waiting for godot", 0, 0, 0, 0},
         "waiting fo 0:00"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[512];

        print_message("  %s\n", rows[i].name);
        progress_line(&rows[i].style, &rows[i].facts, line, sizeof line);
        assert_string_equal(line, rows[i].line);
    }
}

static unsigned columns_of(const char *line)
{
    unsigned columns = 0;
    uint32_t c;

    for (size_t left = strlen(line); left > 0; columns++) {
        size_t step = utf8_next(line, left, &c);

        assert_true(step > 0);
        line += step;
        left -= step;
    }
    return columns;
}

static void never_reaches_the_last_column(void **state)
{
    static const struct progress_facts facts = {"inspecting", 100000, 1000000, 99999, 360000000};

    (void)state;
    for (unsigned columns = 1; columns < 200; columns++)
        for (int utf8 = 0; utf8 < 2; utf8++) {
            const struct progress_style style = {true, utf8 == 1, false, columns};
            char line[512];

            progress_line(&style, &facts, line, sizeof line);
            assert_true(columns_of(line) < columns);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_what_there_is_room_for),
        cmocka_unit_test(never_reaches_the_last_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
