/* test_apkg - an Anki package as libzip, SQLite and jansson read it, and cards.tsv as a table */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <zip.h>

#include "stages/assembler/apkg/anki_media.h"
#include "stages/assembler/apkg/apkg.h"
#include "stages/assembler/apkg/notetype.h"
#include "stages/assembler/apkg/tsv.h"
#include "tests/unit/stages/assembler/sample.h"

/* ---- reading what was written ---- */

static zip_t *opened(const struct bytes *package)
{
    zip_error_t error;
    zip_source_t *source;
    zip_t *archive;

    zip_error_init(&error);
    source = zip_source_buffer_create(package->data, package->size, 0, &error);
    archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(archive);
    return archive;
}

/* The caller frees; ends with a NUL. */
static char *entry(zip_t *archive, const char *name, size_t *size)
{
    zip_stat_t stat;
    zip_file_t *file = zip_fopen(archive, name, 0);
    char *data;

    assert_non_null(file);
    assert_int_equal(zip_stat(archive, name, 0, &stat), 0);
    data = need_zero(1, stat.size + 1);
    assert_int_equal(zip_fread(file, data, stat.size), stat.size);
    zip_fclose(file);
    *size = stat.size;
    return data;
}

static json_t *media_map(zip_t *archive)
{
    size_t size;
    char *text = entry(archive, "media", &size);
    json_t *map = json_loads(text, 0, NULL);

    assert_true(json_is_object(map));
    free(text);
    return map;
}

static long long number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    long long value;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Reads *data, which the caller frees once the database is closed. */
static sqlite3 *collection(zip_t *archive, char **data)
{
    sqlite3 *db;
    size_t size;

    *data = entry(archive, "collection.anki2", &size);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_deserialize(db, "main", (unsigned char *)*data, (sqlite3_int64)size,
                                         (sqlite3_int64)size, SQLITE_DESERIALIZE_READONLY),
                     SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
                     0);
    return db;
}

/* ---- the package ---- */

static void a_package_holds_notes_and_pictures(void **state)
{
    struct language language;
    struct lecture *lecture = sample_of("Paging", "en", &language);
    struct bytes package = {0}, again = {0};
    zip_t *archive;
    json_t *map;
    size_t size;
    char *picture;

    (void)state;
    apkg_make(lecture, &language, &package);
    apkg_make(lecture, &language, &again);
    assert_int_equal(package.size, again.size);
    assert_memory_equal(package.data, again.data, package.size);
    archive = opened(&package);
    assert_int_equal(zip_get_num_entries(archive, 0), 3);
    map = media_map(archive);
    assert_int_equal(json_object_size(map), 1);
    assert_string_equal(json_string_value(json_object_get(map, "0")), lecture->slides[0].media);
    picture = entry(archive, "0", &size);
    assert_int_equal(size, sizeof sample_jpeg);
    assert_memory_equal(picture, sample_jpeg, size);
    free(picture);
    json_decref(map);
    zip_close(archive);
    bytes_drop(&package);
    bytes_drop(&again);
    lecture_free(&lecture);
}

/* What Anki's importer relies on: https://github.com/ankidroid/Anki-Android/wiki/Database-Structure */
static void whatever_the_words_a_note_is_whole(void **state)
{
    char *huge = sample_huge();

    (void)state;
    for (size_t i = 0; i <= LENGTH(sample_hostile); i++) {
        struct language language;
        struct lecture *lecture =
            sample_of(i < LENGTH(sample_hostile) ? sample_hostile[i] : huge, i == 4 ? "ar" : "en", &language);
        struct bytes package = {0};
        zip_t *archive;
        sqlite3 *db;
        char *data;

        apkg_make(lecture, &language, &package);
        archive = opened(&package);
        db = collection(archive, &data);
        assert_int_equal(number(db, "SELECT count(*) FROM notes"), (long long)lecture_cards(lecture));
        assert_true(number(db, "SELECT count(*) FROM notes") >= 1);
        /* nine fields in each, a card for each note, no markup that runs, a deck that exists */
        assert_int_equal(number(db, "SELECT count(*) FROM notes WHERE length(flds) - length(replace(flds, "
                                    "char(31), '')) <> 8"),
                         0);
        assert_int_equal(number(db, "SELECT count(*) FROM notes WHERE id NOT IN (SELECT nid FROM cards)"), 0);
        assert_int_equal(number(db, "SELECT count(*) FROM notes WHERE flds LIKE '%<script%' OR flds LIKE "
                                    "'%<img src=x%' OR flds LIKE '%[sound:%' OR flds LIKE '%{{Front%'"),
                         0);
        assert_int_equal(number(db,
                                "SELECT count(*) FROM cards, col WHERE json_extract(decks, '$.' || did || "
                                "'.name') IS NULL"),
                         0);
        sqlite3_close(db);
        free(data);
        zip_close(archive);
        bytes_drop(&package);
        lecture_free(&lecture);
    }
    free(huge);
}

static void a_picture_of_two_slides_is_one_file(void **state)
{
    json_t *slides =
        json_pack("[o, o]", sample_slide(1, sample_answer("One")), sample_slide(2, sample_answer("Two")));
    struct lecture *lecture = sample_lecture("T", "en", slides);
    struct language language;
    struct bytes package = {0};
    zip_t *archive;
    json_t *map;

    (void)state;
    language_find(&language, "en");
    media_mark(lecture);
    assert_string_not_equal(lecture->slides[0].drawn, "");
    assert_string_equal(lecture->slides[0].drawn, lecture->slides[1].drawn);
    cards_prepare(lecture, &language);
    assert_string_equal(lecture->slides[0].media, lecture->slides[1].media);
    assert_int_equal(strspn(lecture->slides[0].media + 10, "0123456789abcdef"), 32);
    apkg_make(lecture, &language, &package);
    archive = opened(&package);
    map = media_map(archive);
    assert_int_equal(json_object_size(map), 1);
    json_decref(map);
    zip_close(archive);
    bytes_drop(&package);
    lecture_free(&lecture);
}

static void a_lecture_without_cards_is_an_empty_deck(void **state)
{
    json_t *answer = sample_answer("x");
    struct language language;
    struct lecture *lecture;
    struct bytes package = {0};
    zip_t *archive;
    sqlite3 *db;
    json_t *map;
    char *data;

    (void)state;
    json_array_clear(json_object_get(answer, "anki_cards"));
    lecture = sample_lecture("T", "en", json_pack("[o]", sample_slide(1, answer)));
    language_find(&language, "en");
    cards_prepare(lecture, &language);
    assert_string_equal(lecture->slides[0].media, "");
    apkg_make(lecture, &language, &package);
    archive = opened(&package);
    map = media_map(archive);
    assert_int_equal(json_object_size(map), 0);
    assert_int_equal(zip_get_num_entries(archive, 0), 2);
    db = collection(archive, &data);
    assert_int_equal(number(db, "SELECT count(*) FROM notes"), 0);
    assert_int_equal(number(db,
                            "SELECT count(*) FROM col WHERE json_extract(decks, '$.1764000000000.name') = "
                            "'T'"),
                     1);
    sqlite3_close(db);
    free(data);
    json_decref(map);
    zip_close(archive);
    bytes_drop(&package);
    lecture_free(&lecture);
}

/* ---- note types ---- */

static void note_types_are_ankis_rows(void **state)
{
    const bool wanted[NOTETYPES] = {[NOTETYPE_CLOZE] = true, [NOTETYPE_OCCLUSION] = true};
    json_t *models = notetype_models(wanted);
    char id[24];

    (void)state;
    assert_int_equal(json_object_size(models), 2);
    for (enum notetype type = NOTETYPE_BASIC; type < NOTETYPES; type++) {
        const json_t *model;

        snprintf(id, sizeof id, "%lld", (long long)notetype_id(type));
        model = json_object_get(models, id);
        assert_int_equal(model != NULL, wanted[type]);
        if (model == NULL)
            continue;
        assert_string_equal(json_string_value(json_object_get(model, "name")), notetype_name(type));
        assert_int_equal(json_array_size(json_object_get(model, "flds")), notetype_fields(type));
        assert_int_equal(json_integer_value(json_object_get(model, "type")), 1); /* has gaps */
        assert_int_equal(json_integer_value(json_object_get(model, "mod")), NOTETYPE_CHANGED);
    }
    json_decref(models);
}

/* ---- cards.tsv ---- */

/* Cells of one record, as RFC 4180 reads them but for the tabulators; *fields: behind the first four, which
 * are plain text. Returns what is behind it. */
static const char *record(const char *at, size_t *cells, const char **fields)
{
    bool quoted = *at == '"';

    *cells = 1;
    for (at += quoted; *at != '\0' && (quoted || *at != '\n'); at++) {
        if (quoted && *at == '"' && at[1] != '"')
            quoted = false;
        else if (quoted && *at == '"')
            at++;
        else if (!quoted && *at == '\t') {
            ++*cells;
            quoted = at[1] == '"';
            *fields = *cells == 5 ? at : *fields;
            at += quoted;
        }
    }
    return *at == '\n' ? at + 1 : at;
}

static void every_note_is_a_row_of_as_many_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sample_hostile); i++) {
        struct language language;
        struct lecture *lecture = sample_of(sample_hostile[i], "en", &language);
        struct bytes tsv = {0};
        size_t records = 0, cells;
        const char *at;

        tsv_make(lecture, &language, &tsv);
        at = bytes_text(&tsv);
        while (*at == '#') /* a guid has no such sign: it is the first cell */
            at = strchr(at, '\n') + 1;
        for (; *at != '\0'; records++) {
            const char *fields = at, *script;

            at = record(at, &cells, &fields);
            assert_int_equal(cells, 4 + NOTETYPE_FIELDS);
            script = strstr(fields, "<script");
            assert_true(script == NULL || script >= at);
        }
        assert_int_equal(records, lecture_cards(lecture));
        bytes_drop(&tsv);
        lecture_free(&lecture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_package_holds_notes_and_pictures),
        cmocka_unit_test(whatever_the_words_a_note_is_whole),
        cmocka_unit_test(a_picture_of_two_slides_is_one_file),
        cmocka_unit_test(a_lecture_without_cards_is_an_empty_deck),
        cmocka_unit_test(note_types_are_ankis_rows),
        cmocka_unit_test(every_note_is_a_row_of_as_many_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
