/* keys - see keys.h */
#include "stages/front/keys.h"

#include <stdbool.h>
#include <string.h>

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

bool keys_name_fits(const char *name, size_t size)
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

static const char *read_entry(struct span entry, struct key *key)
{
    const char *colon = memchr(entry.text, ':', entry.size);
    struct span name = {entry.text, 0}, text = entry;

    if (colon != NULL) {
        name = trim(entry.text, (size_t)(colon - entry.text));
        text = trim(colon + 1, (size_t)(entry.text + entry.size - colon - 1));
    }
    if (!keys_name_fits(name.text, name.size))
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

const char *keys_next(const char **list, struct key *key)
{
    *key = (struct key){.name = ""};
    while (**list != '\0') {
        size_t step = strcspn(*list, ",");
        struct span entry = trim(*list, step);

        *list += step + ((*list)[step] == ',');
        if (entry.size > 0)
            return read_entry(entry, key);
    }
    return NULL;
}
