/* list_cloze - see list_cloze.h */
#include "stages/assembler/cards/list_cloze.h"

#include <stdlib.h>
#include <string.h>

#include "proto/utf8.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/lib/text/cloze.h"
#include "stages/lib/text/char_class.h"

enum { ENTRIES_MIN = 3, ENTRIES_MAX = 9, ENTRY_MAX = 200, SHORT_MAX = 60, WORDS_MAX = 5 };

struct entry {
    const char *text;
    size_t size;
};

struct listing {
    struct entry intro; /* "From small to large:"; of size 0: none */
    struct entry entries[ENTRIES_MAX];
    size_t count;
    bool numbered, bad;
};

/* ---- entries ---- */

static void entry_add(struct listing *list, const char *text, size_t size)
{
    while (size > 0 && strchr(" \t\n", *text) != NULL)
        text++, size--;
    while (size > 0 && strchr(" \t\n,;", text[size - 1]) != NULL)
        size--;
    if (size == 0 || size > ENTRY_MAX || list->count == ENTRIES_MAX)
        list->bad = true;
    else
        list->entries[list->count++] = (struct entry){text, size};
}

/* Bytes of "12. ", "2) " or "(3) " at text if it is this number; 0: it is not. */
static size_t number_size(const char *text, size_t number)
{
    size_t open = *text == '(', digits = strspn(text + open, "0123456789");
    char after = text[open + digits];

    if (digits == 0 || digits > 2 || (size_t)strtoul(text + open, NULL, 10) != number)
        return 0;
    return (after == ')' || (after == '.' && open == 0)) && text[open + digits + 1] == ' ' ? open + digits + 2
                                                                                           : 0;
}

static size_t bullet_size(const char *text)
{
    uint32_t c = 0;
    size_t size = *text == '\0' ? 0 : utf8_next(text, strlen(text), &c);

    return size > 0 && char_is_bullet(c) && c != 0x2192 && c != 0x21d2 && text[size] == ' ' ? size + 1 : 0;
}

/* Each line an entry, though the first line may be what introduces them. */
static void read_lines(struct listing *list, const char *text)
{
    bool first = true;

    for (const char *line = text, *end; *line != '\0' && !list->bad; line = *end == '\0' ? end : end + 1) {
        const char *start = line + strspn(line, " \t");
        size_t number = number_size(start, list->count + 1), bullet = bullet_size(start);

        end = strchrnul(line, '\n');
        if (start == end)
            continue;
        if (number + bullet > 0 && (list->count == 0 || list->numbered == (number > 0))) {
            list->numbered = number > 0;
            entry_add(list, start + number + bullet, (size_t)(end - start) - number - bullet);
        } else if (first && end[-1] == ':')
            list->intro = (struct entry){start, (size_t)(end - start)};
        else
            list->bad = true;
        first = false;
    }
}

/* "1. a 2. b 3. c" in one line. */
static void read_numbers(struct listing *list, const char *text)
{
    const char *start = NULL;

    list->numbered = true;
    for (const char *at = text; *at != '\0' && !list->bad; at++) {
        size_t size = at == text || at[-1] == ' ' ? number_size(at, list->count + (start != NULL) + 1) : 0;

        if (size == 0)
            continue;
        if (start != NULL)
            entry_add(list, start, (size_t)(at - start));
        else if (at >= text + 2 && at[-2] == ':')
            list->intro = (struct entry){text, (size_t)(at - text) - 1};
        else if (at != text)
            list->bad = true;
        start = at + size;
    }
    if (start != NULL && !list->bad)
        entry_add(list, start, strlen(start));
}

static size_t count_of(const char *text, size_t size, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++)
        count += text[i] == c;
    return count;
}

/* "a; b; c", each of a few words. */
static void read_semicolons(struct listing *list, const char *text)
{
    for (const char *at = text, *end; *at != '\0' && !list->bad; at = *end == '\0' ? end : end + 1) {
        size_t size;

        end = strchrnul(at, ';');
        size = (size_t)(end - at);
        size -= *end == '\0' && size > 0 && end[-1] == '.';
        if (size > SHORT_MAX || count_of(at, size, ' ') > WORDS_MAX || (*end == ';' && end[1] != ' '))
            list->bad = true;
        else
            entry_add(list, at, size);
    }
}

/* ---- is it one? ---- */

static long balance(const struct entry *entry, const char *open, const char *close)
{
    long balance = 0;

    for (size_t i = 0; i + strlen(open) <= entry->size; i++)
        balance += (strncmp(entry->text + i, open, strlen(open)) == 0) -
                   (strncmp(entry->text + i, close, strlen(close)) == 0);
    return balance;
}

static bool even(const struct entry *entry, char c)
{
    return count_of(entry->text, entry->size, c) % 2 == 0;
}

/* Can it stand in a gap: no half of a formula, nothing that ends a gap or begins a hint? */
static bool entry_fits(const struct entry *entry)
{
    return balance(entry, "\\(", "\\)") == 0 && balance(entry, "\\[", "\\]") == 0 &&
           balance(entry, "{", "}") == 0 && balance(entry, "(", ")") == 0 && even(entry, '$') &&
           even(entry, '`') && even(entry, '*') && memmem(entry->text, entry->size, "::", 2) == NULL &&
           memmem(entry->text, entry->size, "{{", 2) == NULL &&
           memmem(entry->text, entry->size, "}}", 2) == NULL;
}

static bool is_list(const struct listing *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!entry_fits(&list->entries[i]))
            return false;
    return !list->bad && list->count >= ENTRIES_MIN;
}

/* Statements, and sentences that semicolons part, are no enumeration; nor is what goes on after a full stop.
 */
static bool enumerates(const char *text)
{
    size_t size = strlen(text);

    return strpbrk(text, "{}=<>`|#\n") == NULL && strstr(text, "();") == NULL && strstr(text, ". ") == NULL &&
           strstr(text, "。") == NULL && size > 0 && text[size - 1] != ';';
}

static bool read(struct listing *list, const char *back)
{
    *list = (struct listing){0};
    if (strstr(back, "```") != NULL)
        return false;
    if (strchr(back, '\n') != NULL)
        read_lines(list, back);
    else if (strchr(back, ';') != NULL && enumerates(back) && number_size(back, 1) == 0)
        read_semicolons(list, back);
    else
        read_numbers(list, back);
    return is_list(list);
}

/* ---- the text ---- */

char *list_cloze_text(const char *front, const char *back)
{
    struct bytes text = {0};
    struct listing list;

    if (!read(&list, back) || strstr(front, "{{") != NULL)
        return NULL;
    bytes_add_text(&text, front);
    if (list.intro.size > 0)
        bytes_add_format(&text, "\n%.*s", (int)list.intro.size, list.intro.text);
    bytes_add_text(&text, "\n");
    for (size_t i = 0; i < list.count; i++) {
        if (list.numbered)
            bytes_add_format(&text, "\n%zu. ", i + 1);
        else
            bytes_add_text(&text, "\n- ");
        bytes_add_format(&text, "{{c%zu::%.*s}}", i + 1, (int)list.entries[i].size, list.entries[i].text);
    }
    if (!cloze_valid(bytes_text(&text))) {
        bytes_drop(&text);
        return NULL;
    }
    return bytes_text(&text);
}

static void open(struct lecture *lecture, struct card *card)
{
    char *text = card_kind(card) != CARD_BASIC ? NULL : list_cloze_text(card->front, card->back);

    if (text == NULL)
        return;
    card->front = pool_text(lecture->pool, text);
    free(text);
    card->back = "";
    card->cloze = true;
}

void list_cloze_open(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct answer *answer = lecture->slides[i].answer;

        for (size_t k = 0; answer != NULL && k < answer->card_count; k++)
            open(lecture, &answer->cards[k]);
    }
}
