/* manifest_reader_previous - the previous run of a lecture, read from its summary.json
 *
 * The summary comes from the store or from a person's disk: it may be of any age, of another lecture, or
 * nothing of ours at all.  What cannot be used is told (previous.reason) and stops nothing.
 */
#include <string.h>

#include <jansson.h>

#include "stages/assembler/json_fields.h"

enum { CARDS_MAX = 20000, GUID_SIZE = 20 };

static bool is_guid(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return strlen(text) == GUID_SIZE && strspn(text, letters) == GUID_SIZE;
}

/* The title of its slide; older summaries have it with the slides alone. */
static const char *title_of(struct reading *reading, const json_t *card, const json_t *slides)
{
    uint64_t number = may_number(card, "slide_number");

    if (json_object_get(card, "slide_title") != NULL)
        return may_text(reading, card, "slide_title");
    return number == 0 ? "" : may_text(reading, json_array_get(slides, (size_t)number - 1), "title");
}

static enum card_kind kind_of(const char *name)
{
    enum card_kind kind = CARD_BASIC;

    while (kind < CARD_KINDS && strcmp(card_kind_name(kind), name) != 0)
        kind++;
    return kind == CARD_KINDS ? CARD_BASIC : kind;
}

static void read_cards(struct reading *reading, const json_t *summary, struct previous *previous)
{
    const json_t *list = json_object_get(summary, "anki_cards"), *entry;
    size_t i;

    previous->cards = pool_get(reading->pool, json_array_size(list), sizeof *previous->cards);
    json_array_foreach(list, i, entry)
    {
        struct previous_card card = {.guid = may_text(reading, entry, "guid")};

        if (!is_guid(card.guid))
            continue;
        card.title = title_of(reading, entry, json_object_get(summary, "slides"));
        card.concept = may_text(reading, entry, "concept");
        card.front = may_text(reading, entry, "front");
        card.back = may_text(reading, entry, "back");
        card.content = may_text(reading, entry, "content");
        card.modified_s = (int64_t)may_number(entry, "modified");
        card.slide = (unsigned)may_number(entry, "slide_number");
        card.kind = kind_of(may_text(reading, entry, "type"));
        previous->cards[previous->card_count++] = card;
    }
}

static const char *fault_of(const json_t *summary, const char *job)
{
    const char *owner = json_string_value(json_object_get(summary, "jobId"));
    const json_t *cards = json_object_get(summary, "anki_cards");

    if (summary == NULL)
        return "it is not JSON";
    if (!json_is_integer(json_object_get(summary, "schema_version")) || owner == NULL ||
        !json_is_array(cards))
        return "it is not a summary.json of Slidemill";
    if (*job != '\0' && strcmp(owner, job) != 0)
        return "it is the summary.json of another job";
    return json_array_size(cards) > CARDS_MAX ? "it has more than 20000 cards" : "";
}

static void read_summary(struct reading *reading, const struct picture *bytes, struct previous *previous)
{
    json_t *summary = json_loadb(bytes->data, bytes->size, 0, NULL);

    previous->reason = fault_of(summary, previous->job);
    if (*previous->reason == '\0') {
        previous->job = may_text(reading, summary, "jobId");
        read_cards(reading, summary, previous);
    }
    json_decref(summary);
}

void read_previous(struct reading *reading, const json_t *object, struct previous *previous)
{
    size_t frame;

    *previous = (struct previous){.job = "", .reason = ""};
    if (!json_is_object(object))
        return;
    previous->named = true;
    previous->job = may_text(reading, object, "job");
    previous->reason = may_text(reading, object, "reason");
    frame = (size_t)get_number(reading, object, "frame", 0, (int64_t)reading->picture_count);
    if (!reading->bad && frame > 0)
        read_summary(reading, &reading->pictures[frame - 1], previous);
    else if (*previous->reason == '\0')
        previous->reason = "it was not handed over";
}
