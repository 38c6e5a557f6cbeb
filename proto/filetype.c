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

#define MAGIC(at, bytes, what)                                                                               \
    {                                                                                                        \
        at, bytes, sizeof(bytes) - 1, what                                                                   \
    }

/* Sources: the formats' own specifications, and file(1)'s magic(5) pages. The first that fits counts. */
static const struct magic magics[] = {
    MAGIC(0, "\x89PNG\r\n\x1a\n", "a PNG picture" PICTURE),
    MAGIC(0, "\xff\xd8\xff", "a JPEG picture" PICTURE),
    MAGIC(0, "GIF87a", "a GIF picture" PICTURE),
    MAGIC(0, "GIF89a", "a GIF picture" PICTURE),
    MAGIC(8, "WEBPVP8", "a WebP picture" PICTURE),
    MAGIC(0, "II*\0", "a TIFF picture" PICTURE),
    MAGIC(0, "MM\0*", "a TIFF picture" PICTURE),
    MAGIC(0, "\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture" PICTURE),
    MAGIC(4, "ftypheic", "a HEIC picture" PICTURE),
    MAGIC(4, "ftypheix", "a HEIC picture" PICTURE),
    MAGIC(4, "ftyphevc", "a HEIC picture" PICTURE),
    MAGIC(4, "ftypmif1", "a HEIC picture" PICTURE),
    MAGIC(4, "ftypmsf1", "a HEIC picture" PICTURE),
    MAGIC(4, "ftypavif", "an AVIF picture" PICTURE),
    MAGIC(4, "ftypqt  ", "a QuickTime film" FILM),
    MAGIC(4, "ftypM4A ", "a sound recording" SOUND),
    MAGIC(4, "ftyp", "an MP4 film" FILM),
    MAGIC(4, "moov", "a QuickTime film" FILM),
    MAGIC(0, "\x1a\x45\xdf\xa3", "a Matroska or WebM film" FILM),
    MAGIC(8, "AVI LIST", "an AVI film" FILM),
    MAGIC(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media film" FILM),
    MAGIC(0, "\0\0\1\xba", "an MPEG film" FILM),
    MAGIC(8, "WAVE", "a sound recording" SOUND),
    MAGIC(0, "ID3", "a sound recording" SOUND),
    MAGIC(0, "OggS", "a sound recording or film" SOUND),
    MAGIC(0, "fLaC", "a sound recording" SOUND),
    MAGIC(0, "\x1f\x8b\x08", "a gzip archive" UNPACK),
    MAGIC(0, "BZh", "a bzip2 archive" UNPACK),
    MAGIC(0,
          "\xfd"
          "7zXZ\0",
          "an xz archive" UNPACK),
    MAGIC(0, "\x28\xb5\x2f\xfd", "a Zstandard archive" UNPACK),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive" UNPACK),
    MAGIC(0, "Rar!\x1a\x07", "a RAR archive" UNPACK),
    MAGIC(257, "ustar", "a tar archive" UNPACK),
    MAGIC(0, "PK\5\6", "an empty ZIP archive"),
    MAGIC(0, "AT&TFORM", "a DjVu file: convert it to PDF"),
    MAGIC(0, "\xc5\xd0\xd3\xc6", "an EPS file: convert it to PDF"),
    MAGIC(0, "Salted__", "an encrypted file" DECRYPT),
    MAGIC(60, "BOOKMOBI", "a Kindle book: convert it to PDF"),
    MAGIC(0, "SQLite format 3\0", "a database"),
    MAGIC(0,
          "\x7f"
          "ELF",
          "a program"),
    MAGIC(0, "bplist00", "a property list"),
    MAGIC(0, "\0\5\x16\7",
          "what macOS keeps beside a file" NOT_IT "send the one whose name does not begin with ._"),
    MAGIC(0, "%FDF-", "what was typed into a form" NOT_IT "send the PDF of the form"),
};

/* Names of the first files of a ZIP archive. Office Open XML: ECMA-376 part 2; OpenDocument 1.3 part 2, 3.3:
 * the type is the first file, not packed. */
static const struct {
    const char *name, *what;
} packed[] = {
    {"mimetypeapplication/vnd.oasis.opendocument.presentation", "an OpenDocument presentation" EXPORT_IT},
    {"mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument text" EXPORT_IT},
    {"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet" EXPORT_IT},
    {"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file" EXPORT_IT},
    {"mimetypeapplication/epub+zip", "an EPUB book: convert it to PDF"},
    {"ppt/", POWERPOINT},
    {"word/", WORD},
    {"xl/", EXCEL},
    {"visio/", "a Visio file" EXPORT_IT},
    {"Index/Presentation", "a Keynote file" EXPORT_IT},
    {"Index/Slide", "a Keynote file" EXPORT_IT},
    {"Index/", "a Keynote, Pages or Numbers file" EXPORT_IT},
    {"index.apxl", "a Keynote file" EXPORT_IT},
    {"buildVersionHistory.plist", "a Keynote, Pages or Numbers file" EXPORT_IT},
    {"Index.zip", "a Keynote, Pages or Numbers file" EXPORT_IT},
    {"[Content_Types].xml", "a Microsoft Office file" EXPORT_IT},
    {"META-INF/", "a ZIP archive" UNPACK},
};

/* Streams of a compound file, in UTF-16: [MS-CFB] 2.6, [MS-PPT], [MS-DOC], [MS-XLS], [MS-OFFCRYPTO]. */
static const struct {
    const char *stream, *what;
} compound[] = {
    {"PowerPoint Document", "an old PowerPoint file" EXPORT_IT},
    {"WordDocument", "an old Word file" EXPORT_IT},
    {"Workbook", "an old Excel file" EXPORT_IT},
    {"EncryptedPackage", "an Office file with a password" EXPORT_IT},
    {"EncryptionInfo", "an Office file with a password" EXPORT_IT},
};

/* What text begins with, without regard to case; a BOM and white space before it do not count. */
static const struct {
    const char *start, *has, *what;
} texts[] = {
    {"<!doctype html", "type=\"password\"",
     "a web page that asks for a password" NOT_IT "log in and download it"},
    {"<html", "type=\"password\"", "a web page that asks for a password" NOT_IT "log in and download it"},
    {"<!doctype html", "", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<html", "", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<head", "", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<body", "", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<script", "", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<svg", "", "an SVG picture" PICTURE},
    {"<error", "<code>", "an error message of a store" NOT_IT "see what it says, and fetch the file again"},
    {"<?xml", "<error", "an error message of a store" NOT_IT "see what it says, and fetch the file again"},
    {"<?xml", "<html", "a web page" NOT_IT "download it, or print the page as PDF"},
    {"<?xml", "<svg", "an SVG picture" PICTURE},
    {"<?xml", "", "an XML file" NOT_IT "send the PDF"},
    {"%!ps", "", "a PostScript file: convert it to PDF (ps2pdf)"},
    {"\4%!ps", "", "a PostScript file: convert it to PDF (ps2pdf)"},
    {"{\\rtf", "", "an RTF file" EXPORT_IT},
    {"\\documentclass", "", "a LaTeX source: typeset it and send the PDF"},
    {"version https://git-lfs", "", "a Git LFS pointer" NOT_IT "run git lfs pull"},
    {"-----begin pgp message", "", "an encrypted file" DECRYPT},
    {"-----begin pkcs7", "", "an encrypted file" DECRYPT},
    {"age-encryption.org/", "", "an encrypted file" DECRYPT},
    {"\xff\xfe", "", "plain text in UTF-16, not a PDF" EXPORT_IT},
    {"\xfe\xff", "", "plain text in UTF-16, not a PDF" EXPORT_IT},
    {"JVBERi0", "", "a PDF in Base64" NOT_IT "decode it"},
    {"data:application/pdf", "", "a PDF in Base64" NOT_IT "decode it"},
    {"[internetshortcut]", "", "a link" NOT_IT "open it and download the PDF"},
    {"{", "\"error", "an error message in JSON" NOT_IT "see what it says, and fetch the file again"},
    {"{", "\":", "a JSON file" NOT_IT "send the PDF"},
    {"[{", "\":", "a JSON file" NOT_IT "send the PDF"},
    {"mime-version:", "", "an e-mail" NOT_IT "send the PDF that is attached to it"},
    {"return-path:", "", "an e-mail" NOT_IT "send the PDF that is attached to it"},
    {"received:", "", "an e-mail" NOT_IT "send the PDF that is attached to it"},
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
        if (packs(start, size, packed[i].name))
            return packed[i].what;
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
    for (size_t i = 0; i < COUNT(compound); i++)
        if (has_stream(start, size, compound[i].stream))
            return compound[i].what;
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
        if (size - at >= strlen(texts[i].start) &&
            strncasecmp(start + at, texts[i].start, strlen(texts[i].start)) == 0 &&
            has_text(start + at, size - at, texts[i].has))
            return texts[i].what;
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
