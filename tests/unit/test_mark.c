/* test_mark - what is taken for a PDF at first sight */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/mark.h"

static void at_first_sight(void **state)
{
    static char late[MARK_WITHIN + 8], last[MARK_WITHIN + 8];
    const struct {
        const char *sentence, *bytes;
        size_t size;
        enum code code;
    } rows[] = {
        {"a PDF", "%PDF-1.7\n", 9, CODES},
        {"junk before the mark", "junk\n%PDF-1.4", 13, CODES},
        {"the mark at the end of where it may stand", last, sizeof last, CODES},
        {"the mark too far in", late, sizeof late, CODE_UNSUPPORTED_TYPE},
        {"a head that was lost", "\377\377\ntrailer\n<< /Root 1 0 R >>", 29, CODES},
        {"a picture", "\211PNG\r\n\032\n", 8, CODE_UNSUPPORTED_TYPE},
        {"a page", "<html>", 6, CODE_UNSUPPORTED_TYPE},
        {"half a mark", "%PD", 3, CODE_UNSUPPORTED_TYPE},
        {"nothing", "", 0, CODE_PDF_EMPTY},
    };

    (void)state;
    memcpy(last + MARK_WITHIN - 4, "%PDF", 4);
    memcpy(late + MARK_WITHIN - 3, "%PDF", 4);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (mark_look(rows[i].bytes, rows[i].size) != rows[i].code)
            fail_msg("%s", rows[i].sentence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_first_sight)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
