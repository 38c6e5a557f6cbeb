/* test_multipart - forms, in pieces of every size */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/multipart.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

/* ---- forms: the sink writes what it is told into a line ---- */

static char told[4096];

static int on_part(void *arg, const char *name, const char *filename, size_t size,
                   struct request_error *error)
{
    (void)arg, (void)size, (void)error;
    sprintf(told + strlen(told), "[%s%s%s|", name, filename == NULL ? "" : "=",
            filename == NULL ? "" : filename);
    return 0;
}

static int on_data(void *arg, const char *data, size_t size, struct request_error *error)
{
    (void)arg, (void)error;
    strncat(told, data, size);
    return 0;
}

static int on_end(void *arg, struct request_error *error)
{
    (void)arg, (void)error;
    strcat(told, "]");
    return 0;
}

static const struct multipart_sink sink = {on_part, on_data, on_end};

static int read_form(const char *body, size_t piece)
{
    struct multipart reader;
    struct request_error error;
    size_t size = strlen(body);

    told[0] = '\0';
    multipart_start(&reader, "b", &sink, NULL);
    for (size_t at = 0; at < size; at += piece)
        if (multipart_feed(&reader, body + at, size - at < piece ? size - at : piece, &error) == -1)
            return -1;
    return multipart_finish(&reader, &error);
}

#define CD "Content-Disposition: form-data; name="

static void forms_are_read(void **state)
{
    static const struct {
        const char *name, *body, *told; /* NULL: refused */
    } rows[] = {
        {"one field", "--b\r\n" CD "\"x\"\r\n\r\nv\r\n--b--\r\n", "[x|v]"},
        {"no line end at the end", "--b\r\n" CD "x\r\n\r\n\r\n--b--", "[x|]"},
        {"a file", "--b\r\n" CD "\"f\"; filename=\"a \\\"b\\\".pdf\"\r\nContent-Type: a/b\r\n\r\nv\r\n--b--",
         "[f=a \"b\".pdf|v]"},
        {"an extended file name", "--b\r\n" CD "f; filename*=utf-8''%e2%82%ac%20a.pdf\r\n\r\nv\r\n--b--",
         "[f=\xe2\x82\xac a.pdf|v]"},
        {"both file names",
         "--b\r\n" CD "f; filename=\"?.pdf\"; filename*=UTF-8'de'%C3%BC.pdf\r\n\r\n\r\n--b--",
         "[f=\xc3\xbc.pdf|]"},
        {"an extended name that is broken",
         "--b\r\n" CD "f; filename=a; filename*=UTF-8''%zz\r\n\r\n\r\n--b--", "[f=a|]"},
        {"an extended name of another charset",
         "--b\r\n" CD "f; filename=a; filename*=iso-8859-1''%fc\r\n\r\n\r\n--b--", "[f=a|]"},
        {"two extended names", "--b\r\n" CD "f; filename*=UTF-8''a; filename*=UTF-8''b\r\n\r\n\r\n--b--",
         NULL},
        {"two parts", "--b\r\n" CD "\"x\"\r\n\r\n1\r\n--b\r\n" CD "y\r\n\r\n2\r\n--b--", "[x|1][y|2]"},
        {"data like a boundary", "--b\r\n" CD "x\r\n\r\n\r\r\n\r\n-\r\n--c--b\r\n--b--",
         "[x|\r\r\n\r\n-\r\n--c--b]"},
        {"a preamble", "hi\r\n--b\r\n" CD "x\r\n\r\n\r\n--b--", NULL},
        {"bytes behind the end", "--b\r\n" CD "x\r\n\r\n\r\n--b--\r\nx", NULL},
        {"no end", "--b\r\n" CD "x\r\n\r\n\r\n--b", NULL},
        {"nothing", "", NULL},
        {"a boundary that goes on", "--b\r\n" CD "x\r\n\r\n\r\n--bc", NULL},
        {"a part without a name", "--b\r\nContent-Type: a/b\r\n\r\n\r\n--b--", NULL},
        {"a part without a head", "--b\r\n\r\n\r\n--b--", NULL},
        {"a name twice in one head", "--b\r\n" CD "x; name=y\r\n\r\n\r\n--b--", NULL},
        {"two dispositions", "--b\r\n" CD "x\r\n" CD "y\r\n\r\n\r\n--b--", NULL},
        {"a transfer encoding", "--b\r\n" CD "x\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--b--", NULL},
        {"an open quote", "--b\r\n" CD "\"x\r\n\r\n\r\n--b--", NULL},
        {"another disposition", "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n\r\n--b--", NULL},
    };

    (void)state;
    EACH(i) for (size_t piece = 1; piece < 200; piece++)
    {
        int rc = read_form(rows[i].body, piece);

        if ((rc == 0) != (rows[i].told != NULL) || (rc == 0 && strcmp(told, rows[i].told) != 0))
            fail_msg("%s, in pieces of %zu: %s", rows[i].name, piece, told);
    }
}

static void boundaries_are_checked(void **state)
{
    static const struct {
        const char *type;
        const char *boundary; /* NULL: refused */
    } rows[] = {{"multipart/form-data; boundary=abc", "abc"},
                {"Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", "a b"},
                {"multipart/form-data", NULL},
                {"multipart/form-data; boundary=", NULL},
                {"multipart/form-data; boundary=\"a\r\"", NULL},
                {"multipart/form-datax; boundary=a", NULL},
                {"multipart/mixed; boundary=a", NULL},
                {"multipart/form-data; boundary=a; boundary=b", NULL},
                {"multipart/form-data; "
                 "boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                 NULL}};
    char boundary[MAX_BOUNDARY + 1];

    (void)state;
    EACH(i)
    {
        int rc = multipart_boundary(rows[i].type, boundary);

        if ((rc == 0) != (rows[i].boundary != NULL) || (rc == 0 && strcmp(boundary, rows[i].boundary) != 0))
            fail_msg("%s", rows[i].type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(boundaries_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
