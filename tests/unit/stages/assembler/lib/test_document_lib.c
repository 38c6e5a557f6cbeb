/* test_document_lib - what all documents are made with: memory, XML, zip files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <zip.h>

#include "proto/panic.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/lib/xml.h"
#include "stages/assembler/lib/zip_archive.h"

/* ---- pool ---- */

static void memory_of_a_pool_is_zeroed_aligned_and_its_own(void **state)
{
    struct pool *pool = pool_new();
    char *before = NULL;

    (void)state;
    for (size_t size = 0; size < 200000; size = 2 * size + 1) {
        char *memory = pool_get(pool, size, 1);

        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 'x', size);
        assert_true(before == NULL || *before == 'b');
        if (size > 0)
            *(before = memory) = 'b';
    }
    pool_free(&pool);
    assert_null(pool);
    pool_free(&pool); /* again does nothing */
}

static void copies_are_whole_and_end_with_nul(void **state)
{
    struct pool *pool = pool_new();
    char *text = pool_text(pool, "\u64cd\u4f5c"), *bytes = pool_copy(pool, "a\0b", 3),
         *none = pool_copy(pool, NULL, 0);

    (void)state;
    assert_string_equal(text, "\u64cd\u4f5c");
    assert_memory_equal(bytes, "a\0b\0", 4);
    assert_string_equal(none, "");
    pool_free(&pool);
}

static void what_was_not_used_is_given_back(void **state)
{
    struct pool *pool = pool_new();
    char *first = pool_get(pool, 1000, 1), *next;

    (void)state;
    memset(first, 'x', 1000);
    pool_trim(pool, 1000, 16);
    next = pool_get(pool, 984, 1);
    assert_true(next == first + 16);
    for (size_t i = 0; i < 984; i++)
        assert_int_equal(next[i], 0);
    assert_int_equal(first[15], 'x');
    pool_free(&pool);
}

/* ---- XML ---- */

static void text_and_attributes_come_back_as_they_were(void **state)
{
    static const char *const texts[] = {"", "a & b", "</a><b x='1' y=\"2\">]]>", "\ta\nb",
                                        "\u05d0 \U0001f40d \u200e"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct bytes bytes = {0};
        struct xml *xml = xml_new(&bytes);
        xmlDocPtr document;
        xmlNodePtr root;
        xmlChar *value;

        xml_open(xml, "root");
        xml_attr(xml, "value", texts[i]);
        xml_attr_number(xml, "number", -9007199254740993);
        xml_text(xml, texts[i]);
        xml_empty(xml, "empty");
        xml_end(&xml); /* closes root */
        assert_null(xml);
        document = xmlReadMemory(bytes.data, (int)bytes.size, NULL, NULL, XML_PARSE_NONET);
        assert_non_null(document);
        root = xmlDocGetRootElement(document);
        value = xmlNodeGetContent(root);
        assert_string_equal((const char *)value, texts[i]);
        xmlFree(value);
        value = xmlGetProp(root, BAD_CAST "number");
        assert_string_equal((const char *)value, "-9007199254740993");
        xmlFree(value);
        value = xmlGetProp(root, BAD_CAST "value");
        assert_string_equal((const char *)value, texts[i]);
        xmlFree(value);
        xmlFreeDoc(document);
        bytes_drop(&bytes);
    }
}

static void a_part_stands_behind_what_is_there(void **state)
{
    struct bytes bytes = {0};
    struct xml *xml;

    (void)state;
    bytes_add_text(&bytes, "<p>");
    xml = xml_part(&bytes);
    xml_open(xml, "w:r");
    xml_value(xml, "w:sz", "<24>");
    xml_leaf(xml, "w:t", "a<b");
    xml_text_part(xml, "c>d", 2);
    xml_close(xml);
    xml_end(&xml);
    assert_string_equal(bytes_text(&bytes),
                        "<p><w:r><w:sz w:val=\"&lt;24&gt;\"/><w:t>a&lt;b</w:t>c&gt;</w:r>\n");
    bytes_drop(&bytes);
}

/* ---- zip files ---- */

static void make(struct bytes *to, const char *big, size_t size)
{
    struct zip_archive *package = zip_archive_new(16); /* far too little: it grows */

    zip_archive_add(package, "empty", "", 0, ZIP_METHOD_DEFLATED);
    zip_archive_add(package, "\u05d0/\u64cd.xml", big, size, ZIP_METHOD_DEFLATED);
    zip_archive_add(package, "stored", big, size, ZIP_METHOD_STORED);
    zip_archive_finish(&package, to);
    assert_null(package);
}

static void entries_come_back_and_the_same_bytes_each_time(void **state)
{
    enum { SIZE = 1 << 20 };
    char *big = need_zero(1, SIZE), *read = need(SIZE);
    struct bytes package = {0}, again = {0};
    zip_error_t error;
    zip_t *archive;

    (void)state;
    make(&package, big, SIZE);
    make(&again, big, SIZE);
    assert_int_equal(package.size, again.size);
    assert_memory_equal(package.data, again.data, package.size);
    assert_true(package.size > SIZE && package.size < SIZE + SIZE / 2); /* one stored, one deflated */
    zip_error_init(&error);
    archive = zip_open_from_source(zip_source_buffer_create(package.data, package.size, 0, &error),
                                   ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(archive);
    assert_int_equal(zip_get_num_entries(archive, 0), 3);
    for (zip_uint64_t i = 1; i < 3; i++) {
        zip_file_t *file = zip_fopen_index(archive, i, 0);
        zip_stat_t stat;

        assert_int_equal(zip_fread(file, read, SIZE), SIZE);
        assert_memory_equal(read, big, SIZE);
        zip_fclose(file);
        assert_int_equal(zip_stat_index(archive, i, 0, &stat), 0);
        assert_int_equal(stat.comp_method, i == 1 ? ZIP_CM_DEFLATE : ZIP_CM_STORE);
    }
    assert_string_equal(zip_get_name(archive, 1, 0), "\u05d0/\u64cd.xml");
    zip_close(archive);
    bytes_drop(&package);
    bytes_drop(&again);
    free(big);
    free(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_of_a_pool_is_zeroed_aligned_and_its_own),
        cmocka_unit_test(copies_are_whole_and_end_with_nul),
        cmocka_unit_test(what_was_not_used_is_given_back),
        cmocka_unit_test(text_and_attributes_come_back_as_they_were),
        cmocka_unit_test(a_part_stands_behind_what_is_there),
        cmocka_unit_test(entries_come_back_and_the_same_bytes_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
