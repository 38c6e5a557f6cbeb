/* api_keys - see api_keys.h */
#include "conf/api_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/digest.h"
#include "proto/panic.h"

/* ---- what the operator writes ---- */

struct span {
    const char *text;
    size_t size;
};

static bool is_blank(char c)
{
    return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

static struct span trim(const char *text, size_t size)
{
    while (size > 0 && is_blank(*text))
        text++, size--;
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    return (struct span){text, size};
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool api_keys_tenant_fits(const char *name, size_t size)
{
    if (size > MAX_TENANT || (size > 0 && !is_letter_or_digit(*name)))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!is_letter_or_digit(name[i]) && name[i] != '_' && name[i] != '-')
            return false;
    return true;
}

/* No header can carry it, so it would never be met. */
static bool has_control(struct span key)
{
    for (size_t i = 0; i < key.size; i++)
        if ((unsigned char)key.text[i] < 0x20 || key.text[i] == 0x7f)
            return true;
    return false;
}

static const char *read_entry(struct span entry, struct api_key *key)
{
    const char *colon = memchr(entry.text, ':', entry.size);
    struct span name = {entry.text, 0}, text = entry;

    if (colon != NULL) {
        name = trim(entry.text, (size_t)(colon - entry.text));
        text = trim(colon + 1, (size_t)(entry.text + entry.size - colon - 1));
    }
    if (!api_keys_tenant_fits(name.text, name.size))
        return "what stands before its first colon is no name (1 to 32 letters, digits, _ and -); if the "
               "colon is "
               "the key's own, write :KEY";
    if (text.size == 0)
        return "it has a colon, but no key behind it";
    if (has_control(text))
        return "it has a line break or another control character; separate keys by commas";
    memcpy(key->name, name.text, name.size);
    key->name[name.size] = '\0';
    key->text = text.text;
    key->size = text.size;
    return NULL;
}

const char *api_keys_next(const char **list, struct api_key *key)
{
    *key = (struct api_key){.name = ""};
    while (**list != '\0') {
        size_t step = strcspn(*list, ",");
        struct span entry = trim(*list, step);

        *list += step + ((*list)[step] == ',');
        if (entry.size > 0)
            return read_entry(entry, key);
    }
    return NULL;
}

/* ---- the lists ---- */

/* One more, unless it is there. NULL, or why it cannot be. */
static const char *add_key(struct api_keys *table, const struct api_key *key, bool admin)
{
    struct known_key *known = &table->keys[table->count];

    *known = (struct known_key){.admin = admin};
    digest_of(key->text, key->size, known->hash);
    if (!admin)
        memcpy(known->tenant, key->name, sizeof known->tenant);
    for (const struct known_key *other = table->keys; other < known; other++)
        if (memcmp(other->hash, known->hash, KEY_HASH) == 0)
            return other->admin == admin && strcmp(other->tenant, known->tenant) == 0
                       ? NULL
                       : "the same key stands in another entry with another name, or as an admin key; a key "
                         "belongs to one";
    table->divided = table->divided || admin || key->name[0] != '\0';
    table->count++;
    return NULL;
}

/* 0, or -1 with what is wrong with which entry. */
static int add_list(struct api_keys *table, const char *list, bool admin, char why[API_KEYS_ERROR_ROOM])
{
    const char *error;
    struct api_key key;

    for (unsigned entry = 1;; entry++) {
        error = api_keys_next(&list, &key);
        if (error == NULL && key.text == NULL)
            return 0;
        if (error == NULL)
            error = add_key(table, &key, admin);
        if (error == NULL)
            continue;
        snprintf(why, API_KEYS_ERROR_ROOM, "entry %u of %s: %s", entry,
                 admin ? "SLIDEMILL_ADMIN_KEYS" : "SLIDEMILL_API_KEYS", error);
        return -1;
    }
}

static int add_lists(struct api_keys *table, const char *keys, const char *admin_keys,
                     char why[API_KEYS_ERROR_ROOM])
{
    size_t posting;

    if (add_list(table, keys, false, why) == -1)
        return -1;
    posting = table->count;
    if (add_list(table, admin_keys, true, why) == -1)
        return -1;
    if (posting > 0 || table->count == 0)
        return 0;
    snprintf(
        why, API_KEYS_ERROR_ROOM,
        "SLIDEMILL_ADMIN_KEYS is set, but SLIDEMILL_API_KEYS has no key that may post jobs; set both, or "
        "neither");
    return -1;
}

static size_t entries_in(const char *list)
{
    size_t max = 1;

    for (; *list != '\0'; list++)
        max += *list == ',';
    return max;
}

struct api_keys *api_keys_new(char *keys, char *admin_keys, char why[API_KEYS_ERROR_ROOM])
{
    struct api_keys *table =
        need_zero(1, sizeof *table + (entries_in(keys) + entries_in(admin_keys)) * sizeof *table->keys);

    if (add_lists(table, keys, admin_keys, why) == -1)
        api_keys_free(&table);
    OPENSSL_cleanse(keys, strlen(keys));
    OPENSSL_cleanse(admin_keys, strlen(admin_keys));
    return table;
}

void api_keys_free(struct api_keys **table)
{
    free(*table);
    *table = NULL;
}

const char *api_keys_fault(const char *keys, const char *admin_keys, char why[API_KEYS_ERROR_ROOM])
{
    char *copies[] = {OPENSSL_strdup(keys), OPENSSL_strdup(admin_keys)};
    struct api_keys *table;
    bool fits;

    must(copies[0] != NULL && copies[1] != NULL);
    table = api_keys_new(copies[0], copies[1], why);
    fits = table != NULL;
    api_keys_free(&table);
    OPENSSL_free(copies[0]); /* api_keys_new has wiped them */
    OPENSSL_free(copies[1]);
    return fits ? NULL : why;
}
