/* filetype - see filetype.h */
#include "proto/filetype.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "proto/utf8.h"

#define EXPORT_IT  ": export it as PDF"
#define POWERPOINT "a PowerPoint file" EXPORT_IT
#define WORD       "a Word file" EXPORT_IT
#define EXCEL      "an Excel file" EXPORT_IT
#define PICTURE    ": put it on a page and save that as PDF"
#define FILM       ": send the slides shown in it as PDF"
#define SOUND      ": send the slides that go with it as PDF"
#define UNPACK     ": unpack it and send the PDF in it"
#define DECRYPT    ": decrypt it and send the PDF in it"
#define NOT_IT     ", not the file itself: "

struct magic {
    size_t at;
    const char *bytes;
    size_t size;
    const char *what;
};

static const struct magic magics[] = {
#define MAGIC(offset, bytes, name) {offset, bytes, sizeof(bytes) - 1, name},
#include "proto/filetypes.def"
};

static const char *const packed[][2] = {
#define PACKED(file, name) {file, name},
#include "proto/filetypes.def"
};

static const char *const streams[][2] = {
#define STREAM(stream, name) {stream, name},
#include "proto/filetypes.def"
};

static const char *const texts[][3] = {
#define TEXT(start, part, name) {start, part, name},
#include "proto/filetypes.def"
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- packed ---- */

enum { ZIP_NAME = 30 }; /* where it is in a local file header: APPNOTE.TXT 4.3.7 */

static bool packs(const char *start, size_t size, const char *name)
{
    size_t length = strlen(name);
    const char *at = start;

    while ((at = memmem(at, size - (size_t)(at - start), "PK\3\4", 4)) != NULL) {
        if (size - (size_t)(at - start) >= ZIP_NAME + length && memcmp(at + ZIP_NAME, name, length) == 0)
            return true;
        at += 4;
    }
    return false;
}

static const char *zip_what(const char *start, size_t size)
{
    for (size_t i = 0; i < COUNT(packed); i++)
        if (packs(start, size, packed[i][0]))
            return packed[i][1];
    return "a ZIP archive" UNPACK;
}

static bool has_stream(const char *start, size_t size, const char *stream)
{
    char wide[64];
    size_t length = strlen(stream);

    for (size_t i = 0; i < length; i++) {
        wide[2 * i] = stream[i];
        wide[2 * i + 1] = '\0';
    }
    return memmem(start, size, wide, 2 * length) != NULL;
}

static const char *compound_what(const char *start, size_t size)
{
    for (size_t i = 0; i < COUNT(streams); i++)
        if (has_stream(start, size, streams[i][0]))
            return streams[i][1];
    return "an old Microsoft Office file" EXPORT_IT;
}

static const char *binary_what(const char *start, size_t size)
{
    static const char zip[] = "PK\3\4", ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

    if (size >= sizeof zip - 1 && memcmp(start, zip, sizeof zip - 1) == 0)
        return zip_what(start, size);
    if (size >= sizeof ole - 1 && memcmp(start, ole, sizeof ole - 1) == 0)
        return compound_what(start, size);
    for (size_t i = 0; i < COUNT(magics); i++)
        if (size >= magics[i].at + magics[i].size &&
            memcmp(start + magics[i].at, magics[i].bytes, magics[i].size) == 0)
            return magics[i].what;
    return NULL;
}

/* ---- text ---- */

static bool has_text(const char *text, size_t size, const char *part)
{
    size_t length = strlen(part);

    for (size_t at = 0; at + length <= size; at++)
        if (strncasecmp(text + at, part, length) == 0)
            return true;
    return false;
}

/* UTF-8 without control characters; the last character may be cut off. */
static bool is_text(const char *text, size_t size)
{
    size_t at = 0, step = 1;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (c < ' ' && !isspace((int)c))
            return false;
    return size > 0 && (step > 0 || size - at < 4);
}

static size_t past_space(const char *start, size_t size, size_t at)
{
    while (at < size && isspace((unsigned char)start[at]))
        at++;
    return at;
}

/* Where the text itself begins: behind a BOM, white space and comments of HTML. */
static size_t text_start(const char *start, size_t size)
{
    static const char bom[] = "\xef\xbb\xbf", open[] = "<!--", close[] = "-->";
    size_t at = past_space(start, size, size >= 3 && memcmp(start, bom, 3) == 0 ? 3 : 0);

    while (size - at >= strlen(open) && memcmp(start + at, open, strlen(open)) == 0) {
        const char *end = memmem(start + at, size - at, close, strlen(close));

        if (end == NULL)
            break;
        at = past_space(start, size, (size_t)(end - start) + strlen(close));
    }
    return at;
}

static const char *text_what(const char *start, size_t size)
{
    size_t at = text_start(start, size);

    if (size > 0 && at == size)
        return "nothing but white space; send the PDF itself";
    for (size_t i = 0; i < COUNT(texts); i++)
        if (size - at >= strlen(texts[i][0]) &&
            strncasecmp(start + at, texts[i][0], strlen(texts[i][0])) == 0 &&
            has_text(start + at, size - at, texts[i][1]))
            return texts[i][2];
    return is_text(start, size) ? "plain text, not a PDF" EXPORT_IT : NULL;
}

static bool all_zero(const char *start, size_t size)
{
    return size > 0 && start[0] == '\0' && memcmp(start, start + 1, size - 1) == 0;
}

struct filetype filetype_of(const void *start, size_t size)
{
    const char *what = binary_what(start, size);

    if (what != NULL)
        return (struct filetype){what, true};
    if (all_zero(start, size))
        return (struct filetype){"nothing but zeros: it was not copied or uploaded to its end; send it again",
                                 false};
    return (struct filetype){text_what(start, size), false};
}
