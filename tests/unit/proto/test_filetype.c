/* test_filetype - what a file is called by its first bytes, however few there are and whatever they claim */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/filetype.h"

#define BYTES(text) text, sizeof(text) - 1

static void files_are_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *what; /* how it begins; NULL: nothing known */
        bool certain;
    } rows[] = {
        {BYTES("\x89PNG\r\n\x1a\n----"), "a PNG picture", true},
        {BYTES("RIFF\0\0\0\0WEBPVP8 "), "a WebP picture", true},
        {BYTES("\0\0\0\x18"
               "ftypheic"),
         "a HEIC picture", true},
        {BYTES("\0\0\0\x18"
               "ftypisom"),
         "an MP4 film", true}, /* the first row that fits counts */
        {BYTES("PK\3\4"), "a ZIP archive", true},
        {BYTES("PK\3\4--------------------------ppt/slides/slide1.xml"), "a PowerPoint file", true},
        {BYTES("PK\3\4--------------------------word/document.xml"), "a Word file", true},
        {BYTES("PK\3\4--------------------------pp"), "a ZIP archive", true}, /* the name is cut off */
        {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Microsoft Office file", true},
        {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), "an old Word file",
         true},
        {BYTES("<!DOCTYPE HTML><p>"), "a web page, not", false},
        {BYTES("\xef\xbb\xbf\r\n <!-- x --> <html><input TYPE=\"PASSWORD\">"), "a web page that asks", false},
        {BYTES("<!-- never closed <html>"), "plain text", false},
        {BYTES("{\"error\": 1}"), "an error message in JSON", false},
        {BYTES(" \n\t"), "nothing but white space", false},
        {BYTES("hello"), "plain text", false},
        {BYTES("caf\xc3"), "plain text", false}, /* its last character is cut off */
        {BYTES("caf\xc3(eeee"), NULL, false},
        {BYTES("\0\0\0\0"), "nothing but zeros", false},
        {BYTES("\x01\x02\x03"), NULL, false},
        {BYTES(""), NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filetype type = filetype_of(rows[i].bytes, rows[i].size);

        print_message("  %s\n", rows[i].what == NULL ? "-" : rows[i].what);
        assert_int_equal(type.certain, rows[i].certain);
        if (rows[i].what == NULL)
            assert_null(type.what);
        else
            assert_memory_equal(type.what, rows[i].what, strlen(rows[i].what));
    }
}

/* Each beginning of each file, in memory of just that size: a read beyond it is found by the sanitizers. */
static void nothing_is_read_beyond_the_end(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } files[] = {
        {BYTES("PK\3\4--------------------------word/document.xmlPK\3\4--------------------------xl/")},
        {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0")},
        {BYTES("\xef\xbb\xbf <!-- a --><!-- b --><?xml version=\"1.0\"?><svg>")},
        {BYTES("\0\0\0\x0cjP  \r\n\x87\n")},
        {BYTES("data:application/pdf;base64,\xf0\x9f\x98\x80")},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        for (size_t size = 0; size <= files[i].size; size++) {
            char *bytes = malloc(size == 0 ? 1 : size);
            struct filetype whole = filetype_of(files[i].bytes, size), copy;

            memcpy(bytes, files[i].bytes, size);
            copy = filetype_of(bytes, size);
            assert_ptr_equal(copy.what, whole.what);
            assert_int_equal(copy.certain, whole.certain);
            free(bytes);
        }
}

static void every_name_ends_a_sentence_without_a_full_stop(void **state)
{
    static const char *const files[] = {"\x1f\x8b\x08", "BZh",     "GIF89a",
                                        "%!PS-Adobe",   "{\\rtf1", "JVBERi0xLjQ"};
    char sentence[256];

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct filetype type = filetype_of(files[i], strlen(files[i]));

        assert_non_null(type.what);
        snprintf(sentence, sizeof sentence, "the file is %s", type.what);
        assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
        assert_true(sentence[12] >= 'a' && sentence[12] <= 'z');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_named),
        cmocka_unit_test(nothing_is_read_beyond_the_end),
        cmocka_unit_test(every_name_ends_a_sentence_without_a_full_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
