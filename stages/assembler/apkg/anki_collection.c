/* anki_collection - see anki_collection.h
 *
 * Built in memory and handed out as the bytes SQLite would have written to a file. All times and ids come
 * from the moment the job was accepted: the same lecture gives the same bytes.
 */
#include "stages/assembler/apkg/anki_collection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>
#include <sqlite3.h>

#include "proto/panic.h"
#include "stages/assembler/apkg/deck.h"
#include "stages/assembler/apkg/note.h"

enum { DAY_S = 86400, GAPS_MAX = 12 };

static const char schema[] =
    "CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not "
    "null,"
    " ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not "
    "null,"
    " models text not null, decks text not null, dconf text not null, tags text not null);"
    "CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not "
    "null,"
    " usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not "
    "null,"
    " flags integer not null, data text not null);"
    "CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not "
    "null,"
    " mod integer not null, usn integer not null, type integer not null, queue integer not null,"
    " due integer not null, ivl integer not null, factor integer not null, reps integer not null,"
    " lapses integer not null, left integer not null, odue integer not null, odid integer not null,"
    " flags integer not null, data text not null);"
    "CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer "
    "not null,"
    " ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,"
    " type integer not null);"
    "CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);"
    "CREATE INDEX ix_notes_usn ON notes (usn);"
    "CREATE INDEX ix_cards_usn ON cards (usn);"
    "CREATE INDEX ix_revlog_usn ON revlog (usn);"
    "CREATE INDEX ix_cards_nid ON cards (nid);"
    "CREATE INDEX ix_cards_sched ON cards (did, queue, due);"
    "CREATE INDEX ix_revlog_cid ON revlog (cid);"
    "CREATE INDEX ix_notes_csum ON notes (csum);";

struct writing {
    const struct lecture *lecture;
    const struct language *language;
    sqlite3 *db;
    sqlite3_stmt *note, *card;
    int64_t next;  /* id of the next card; a note has its first card's */
    int64_t place; /* of the next note among new cards */
};

static void sql_run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        panic(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        panic(sqlite3_errmsg(db));
    return statement;
}

static void statement_step(sqlite3 *db, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        panic(sqlite3_errmsg(db));
    sqlite3_reset(statement);
}

/* ---- the row of the collection ---- */

static json_t *deck(int64_t id, const char *name, int64_t mod)
{
    return json_pack(
        "{s:I, s:s, s:i, s:I, s:b, s:b, s:s, s:i, s:i, s:i, s:i, s:[i,i], s:[i,i], s:[i,i], s:[i,i]}", "id",
        (json_int_t)id, "name", name, "usn", -1, "mod", (json_int_t)mod, "collapsed", 0, "browserCollapsed",
        0, "desc", "", "dyn", 0, "conf", 1, "extendNew", 0, "extendRev", 0, "newToday", 0, 0, "revToday", 0,
        0, "lrnToday", 0, 0, "timeToday", 0, 0);
}

static json_t *decks(const struct writing *to)
{
    int64_t mod = to->lecture->created_ms / 1000;
    char *name = deck_name(to->lecture), id[24];
    json_t *object = json_object();

    snprintf(id, sizeof id, "%lld", (long long)to->lecture->created_ms);
    json_object_set_new(object, "1", deck(1, "Default", mod));
    json_object_set_new(object, id, deck(to->lecture->created_ms, name, mod));
    free(name);
    return object;
}

static json_t *deck_options(void)
{
    return json_pack("{s:{s:i, s:i, s:s, s:i, s:i, s:b, s:i, s:b, s:{s:[f,f], s:[i,i,i], s:i, s:i, s:i, s:b},"
                     " s:{s:i, s:f, s:f, s:i, s:f, s:b}, s:{s:[f], s:f, s:i, s:i, s:i}}}",
                     "1", "id", 1, "mod", 0, "name", "Default", "usn", 0, "maxTaken", 60, "autoplay", 1,
                     "timer", 0, "replayq", 1, "new", "delays", 1.0, 10.0, "ints", 1, 4, 0, "initialFactor",
                     2500, "order", 1, "perDay", 20, "bury", 0, "rev", "perDay", 200, "ease4", 1.3, "ivlFct",
                     1.0, "maxIvl", 36500, "hardFactor", 1.2, "bury", 0, "lapse", "delays", 10.0, "mult", 0.0,
                     "minInt", 1, "leechFails", 8, "leechAction", 1);
}

static void bind_json(sqlite3_stmt *statement, int place, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);

    must(text != NULL);
    sqlite3_bind_text(statement, place, text, -1, free);
    json_decref(json);
}

static void types_wanted(const struct lecture *lecture, bool wanted[NOTETYPES])
{
    wanted[NOTETYPE_BASIC] = true;
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct answer *answer = lecture->slides[i].answer;

        for (size_t k = 0; answer != NULL && k < answer->card_count; k++) {
            wanted[NOTETYPE_CLOZE] = wanted[NOTETYPE_CLOZE] || answer->cards[k].cloze;
            wanted[NOTETYPE_OCCLUSION] = wanted[NOTETYPE_OCCLUSION] || answer->cards[k].occlusion;
        }
    }
}

static void collection_row(struct writing *to)
{
    int64_t created_s = to->lecture->created_ms / 1000;
    bool wanted[NOTETYPES] = {false};
    sqlite3_stmt *row =
        prepare(to->db, "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, '{}', ?3, ?4, ?5, "
                        "'{}')");

    types_wanted(to->lecture, wanted);
    sqlite3_bind_int64(row, 1, created_s - created_s % DAY_S);
    sqlite3_bind_int64(row, 2, to->lecture->created_ms);
    bind_json(row, 3, notetype_models(wanted));
    bind_json(row, 4, decks(to));
    bind_json(row, 5, deck_options());
    statement_step(to->db, row);
    sqlite3_finalize(row);
}

/* ---- notes and cards ---- */

uint32_t collection_checksum(const char *stripped)
{
    unsigned char sum[20];

    must(EVP_Digest(stripped, strlen(stripped), sum, NULL, EVP_sha1(), NULL) == 1);
    return (uint32_t)sum[0] << 24 | (uint32_t)sum[1] << 16 | (uint32_t)sum[2] << 8 | sum[3];
}

static void bind_bytes(sqlite3_stmt *statement, int place, const struct bytes *bytes)
{
    sqlite3_bind_text(statement, place, bytes->size > 0 ? bytes->data : "", (int)bytes->size, SQLITE_STATIC);
}

static void note_add(struct writing *to, const struct note *note, const struct slide *slide,
                     const struct card *card)
{
    struct bytes fields = {0}, stripped = {0}, tags = {0};

    for (size_t field = 0; field < notetype_fields(note->type); field++) {
        bytes_add(&fields, "\x1f", field > 0);
        bytes_add_text(&fields, note->fields[field]);
    }
    note_add_stripped(&stripped, note->fields[FIELD_FRONT]);
    deck_tags(&tags, to->lecture, slide->number);
    sqlite3_bind_int64(to->note, 1, to->next);
    sqlite3_bind_text(to->note, 2, card->guid, -1, SQLITE_STATIC);
    bind_bytes(to->note, 3, &tags);
    bind_bytes(to->note, 4, &fields);
    bind_bytes(to->note, 5, &stripped);
    sqlite3_bind_int64(to->note, 6, collection_checksum(bytes_text(&stripped)));
    sqlite3_bind_int64(to->note, 7, notetype_id(note->type));
    sqlite3_bind_int64(to->note, 8, card->modified_s);
    statement_step(to->db, to->note);
    bytes_drop(&fields);
    bytes_drop(&stripped);
    bytes_drop(&tags);
}

/* One card of the note. */
static void card_add(struct writing *to, int64_t note, unsigned place)
{
    sqlite3_bind_int64(to->card, 1, to->next++);
    sqlite3_bind_int64(to->card, 2, to->place);
    sqlite3_bind_int64(to->card, 5, note);
    sqlite3_bind_int64(to->card, 6, place);
    statement_step(to->db, to->card);
}

/* One for each number that stands at a gap of the field. A field without any shows as one card in Anki, too.
 */
static void gaps_add(struct writing *to, int64_t note, const char *field)
{
    bool numbers[GAPS_MAX + 1] = {false};
    const int64_t before = to->next;

    for (const char *at = strstr(field, "{{c"); at != NULL; at = strstr(at + 1, "{{c")) {
        unsigned long number = strtoul(at + 3, NULL, 10);

        if (number > 0 && number <= GAPS_MAX)
            numbers[number] = true;
    }
    for (unsigned number = 1; number <= GAPS_MAX; number++)
        if (numbers[number])
            card_add(to, note, number - 1);
    if (to->next == before)
        card_add(to, note, 0);
}

static void cards_of(struct writing *to, const struct slide *slide, const struct card *card)
{
    int64_t id = to->next;
    struct note note;

    note_make(&note, to->lecture, to->language, slide, card);
    note_add(to, &note, slide, card);
    to->place++;
    if (note.type == NOTETYPE_BASIC)
        card_add(to, id, 0);
    else
        gaps_add(to, id, note.fields[FIELD_FRONT]);
    note_drop(&note);
    must(to->next > id); /* a note without cards is none */
}

static void cards_add(struct writing *to)
{
    int64_t created = to->lecture->created_ms;

    to->note = prepare(to->db, "INSERT INTO notes VALUES (?1, ?2, ?7, ?8, -1, ?3, ?4, ?5, ?6, 0, '')");
    to->card =
        prepare(to->db, "INSERT INTO cards VALUES (?1, ?5, ?3, ?6, ?4, -1, 0, 0, ?2, 0, 0, 0, 0, 0, 0, 0, 0, "
                        "'')");
    sqlite3_bind_int64(to->card, 3, created);
    sqlite3_bind_int64(to->card, 4, created / 1000);
    for (size_t i = 0; i < to->lecture->slide_count; i++) {
        const struct slide *slide = &to->lecture->slides[i];

        for (size_t place = 0; slide->answer != NULL && place < slide->answer->card_count; place++)
            cards_of(to, slide, &slide->answer->cards[place]);
    }
    sqlite3_finalize(to->note);
    sqlite3_finalize(to->card);
}

static void serialize(sqlite3 *db, struct bytes *to)
{
    sqlite3_int64 size;
    unsigned char *data = sqlite3_serialize(db, "main", &size, 0);

    must(data != NULL);
    bytes_add(to, data, (size_t)size);
    sqlite3_free(data);
}

void collection_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    struct writing writing = {.lecture = lecture, .language = language, .next = lecture->created_ms};

    must(sqlite3_open_v2(":memory:", &writing.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) ==
         SQLITE_OK);
    sql_run(writing.db, "PRAGMA encoding = 'UTF-8'; BEGIN;");
    sql_run(writing.db, schema);
    collection_row(&writing);
    cards_add(&writing);
    sql_run(writing.db, "COMMIT;");
    serialize(writing.db, to);
    must(sqlite3_close(writing.db) == SQLITE_OK);
}
