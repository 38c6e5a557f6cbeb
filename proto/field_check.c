/* field_check - see field_check.h */
#include "proto/field_check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "proto/utf8.h"

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* UTF-8 without NUL and controls? */
static bool is_plain(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0 || is_control(c))
            return false;
        at += step;
    }
    return true;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

const char *job_error(const char *text, size_t size)
{
    if (size == 0 || size > MAX_JOB)
        return "must have 1 to 128 characters";
    if (!is_alphanumeric(text[0]))
        return "must begin with a letter or a digit";
    for (size_t i = 1; i < size; i++) {
        if (!is_alphanumeric(text[i]) && memchr("._-", text[i], 3) == NULL)
            return "may contain only letters, digits, dot, underscore and hyphen";
        if (text[i] == '.' && text[i - 1] == '.')
            return "may not contain two dots in a row";
    }
    return NULL;
}

static bool is_dots(const char *component, size_t size)
{
    return (size == 1 && component[0] == '.') || (size == 2 && component[0] == '.' && component[1] == '.');
}

const char *path_error(const char *text, size_t size)
{
    if (size == 0 || size > MAX_KEY)
        return "must have 1 to 1024 bytes";
    if (!is_plain(text, size))
        return "must be UTF-8 without control characters";
    for (size_t at = 0; at <= size;) {
        const char *slash = memchr(text + at, '/', size - at);
        size_t length = slash == NULL ? size - at : (size_t)(slash - text) - at;

        if (length == 0)
            return "may not begin or end with a slash, nor have two in a row";
        if (is_dots(text + at, length))
            return "may not have . or .. as a component";
        at += length + 1;
    }
    return NULL;
}

const char *key_error(const char *text, size_t size)
{
    if (size == 0 || size > MAX_KEY)
        return "must have 1 to 1024 bytes";
    return memchr(text, '\0', size) == NULL && utf8_valid(text, size) ? NULL : "must be UTF-8 without NUL";
}

const char *email_error(const char *text, size_t size)
{
    if (size > MAX_EMAIL)
        return "must have at most 320 bytes";
    return is_plain(text, size) ? NULL : "must be UTF-8 without control characters";
}

const char *instructions_error(const char *text, size_t size)
{
    if (size > 4000)
        return "must have at most 4000 bytes";
    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0 || (is_control(c) && c != '\n' && c != '\r' && c != '\t'))
            return "must be UTF-8 without control characters but line breaks and tabs";
        at += step;
    }
    return NULL;
}

const char *password_error(const char *text, size_t size)
{
    if (size > MAX_PASSWORD)
        return "must have at most 255 bytes";
    return is_plain(text, size) ? NULL : "must be UTF-8 without control characters";
}

const char *metadata_name_error(const char *text)
{
    size_t size = strlen(text);

    if (size == 0 || size > MAX_METADATA_NAME)
        return "must have 1 to 40 characters";
    for (size_t i = 0; i < size; i++)
        if (!is_alphanumeric(text[i]) && text[i] != '_' && text[i] != '-')
            return "may contain only letters, digits, underscore and hyphen";
    return NULL;
}

const char *metadata_error(const char *text, size_t size)
{
    size_t characters = 0;

    if (!is_plain(text, size))
        return "must be UTF-8 without control characters";
    for (size_t i = 0; i < size; i++)
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    return characters > MAX_METADATA_VALUE ? "must have at most 200 characters" : NULL;
}

const char *cursor_error(const char *text, size_t size)
{
    if (size > MAX_CURSOR)
        return "must have at most 128 bytes";
    return is_plain(text, size) ? NULL : "must be UTF-8 without control characters";
}

void filename_clean(char name[MAX_FILENAME + 1], const char *text, size_t size)
{
    size_t used = 0;

    name[0] = '\0';
    for (size_t i = size; i > 0; i--)
        if (text[i - 1] == '/' || text[i - 1] == '\\') {
            text += i;
            size -= i;
            break;
        }
    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0) {
            name[0] = '\0';
            return;
        }
        if (used + step > MAX_FILENAME)
            break;
        if (!is_control(c)) {
            memcpy(name + used, text + at, step);
            used += step;
        }
        at += step;
    }
    name[used] = '\0';
}
