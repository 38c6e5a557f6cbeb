/* test_pdf_sniff - what is taken for a PDF at first sight, and what everything else is called */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/pdf_sniff.h"

#define BYTES(text) text, sizeof(text) - 1
#define ZIP(name)                                                                                            \
    "PK\3\4\24\0\0\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                                                   \
    "\23\0\0\0" name
#define OLE "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

static const struct row {
    const char *bytes;
    size_t size;
    enum code code;
    const char *what; /* it begins so */
} rows[] = {
    {BYTES("%PDF-1.7\n"), CODES, ""},
    {BYTES("junk\n%PDF-1.4"), CODES, ""},
    {BYTES("\377\377\ntrailer\n<< /Root 1 0 R >>"), CODES, ""},
    {BYTES("1 0 obj\n<< /Type /Catalog >>\nendobj\n"), CODES, ""}, /* its head is lost */
    {BYTES("%!PS-Adobe-3.0 PDF-1.4\n1 0 obj\n"), CODES, ""},       /* ISO 32000-1, annex H, note 14 */
    {BYTES(""), CODE_EMPTY_FILE, "empty"},
    {BYTES("%PD"), CODE_UNSUPPORTED_TYPE, "plain text"},
    {BYTES("The trailer of a film"), CODE_UNSUPPORTED_TYPE, "plain text"},
    {BYTES("Gr\xc3\xbc\xc3\x9f"
           "e\r\n"),
     CODE_UNSUPPORTED_TYPE, "plain text"},
    {BYTES("\1\2\3\200\201"), CODE_UNSUPPORTED_TYPE, "not a PDF"},
    {BYTES("\0\0\0\0"), CODE_UNSUPPORTED_TYPE, "nothing but zeros"},
    {BYTES("\x89PNG\r\n\x1a\n"), CODE_UNSUPPORTED_TYPE, "a PNG picture"},
    {BYTES("\xff\xd8\xff\xe0\0\20JFIF"), CODE_UNSUPPORTED_TYPE, "a JPEG picture"},
    {BYTES("GIF89a"), CODE_UNSUPPORTED_TYPE, "a GIF picture"},
    {BYTES("RIFF\0\0\0\0WEBPVP8 "), CODE_UNSUPPORTED_TYPE, "a WebP picture"},
    {BYTES("\0\0\0\30ftypheic"), CODE_UNSUPPORTED_TYPE, "a HEIC picture"},
    {BYTES("II*\0\10\0\0\0"), CODE_UNSUPPORTED_TYPE, "a TIFF picture"},
    {BYTES("\0\0\0\30ftypisom"), CODE_UNSUPPORTED_TYPE, "an MP4 film"},
    {BYTES("\0\0\0\24ftypqt  "), CODE_UNSUPPORTED_TYPE, "a QuickTime film"},
    {BYTES("\x1a\x45\xdf\xa3\1"), CODE_UNSUPPORTED_TYPE, "a Matroska"},
    {BYTES(ZIP("[Content_Types].xml") "x" ZIP("ppt/presentation.xml")), CODE_UNSUPPORTED_TYPE,
     "a PowerPoint file: export it as PDF"},
    {BYTES(ZIP("[Content_Types].xml") ZIP("word/document.xml")), CODE_UNSUPPORTED_TYPE, "a Word file"},
    {BYTES(ZIP("_rels/.rels") ZIP("xl/workbook.xml")), CODE_UNSUPPORTED_TYPE, "an Excel file"},
    {BYTES(ZIP("[Content_Types].xml")), CODE_UNSUPPORTED_TYPE, "a Microsoft Office file"},
    {BYTES(ZIP("mimetypeapplication/vnd.oasis.opendocument.presentation")), CODE_UNSUPPORTED_TYPE,
     "an OpenDocument presentation"},
    {BYTES(ZIP("mimetypeapplication/vnd.oasis.opendocument.text")), CODE_UNSUPPORTED_TYPE,
     "an OpenDocument text"},
    {BYTES(ZIP("mimetypeapplication/epub+zip")), CODE_UNSUPPORTED_TYPE, "an EPUB book"},
    {BYTES(ZIP("Index/Slide-1.iwa")), CODE_UNSUPPORTED_TYPE, "a Keynote file"},
    {BYTES(ZIP("slides/week1.pdf")), CODE_UNSUPPORTED_TYPE, "a ZIP archive: unpack it"},
    {BYTES(OLE "....P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0u\0m\0e\0n\0t\0"), CODE_UNSUPPORTED_TYPE,
     "an old PowerPoint file"},
    {BYTES(OLE "....W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), CODE_UNSUPPORTED_TYPE, "an old Word file"},
    {BYTES(OLE "....E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"), CODE_UNSUPPORTED_TYPE,
     "an Office file with a password"},
    {BYTES(OLE), CODE_UNSUPPORTED_TYPE, "an old Microsoft Office file"},
    {BYTES("\x1f\x8b\x08\0"), CODE_UNSUPPORTED_TYPE, "a gzip archive"},
    {BYTES("7z\xbc\xaf\x27\x1c"), CODE_UNSUPPORTED_TYPE, "a 7-Zip archive"},
    {BYTES("Rar!\x1a\x07\1\0"), CODE_UNSUPPORTED_TYPE, "a RAR archive"},
    {BYTES("AT&TFORM\0\0\0\0DJVM"), CODE_UNSUPPORTED_TYPE, "a DjVu file"},
    {BYTES("%!PS-Adobe-3.0\n%%Title: x"), CODE_UNSUPPORTED_TYPE, "a PostScript file"},
    {BYTES("{\\rtf1\\ansi"), CODE_UNSUPPORTED_TYPE, "an RTF file"},
    {BYTES("\n<!DOCTYPE html><html><p>Not found"), CODE_UNSUPPORTED_TYPE, "a web page, not the file"},
    {BYTES("<HTML><form><input type=\"password\">"), CODE_UNSUPPORTED_TYPE,
     "a web page that asks for a password"},
    {BYTES("<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code>"), CODE_UNSUPPORTED_TYPE,
     "an error message of a store"},
    {BYTES("<Error><Code>AccessDenied</Code></Error>"), CODE_UNSUPPORTED_TYPE, "an error message of a store"},
    {BYTES("{\"error\":{\"message\":\"no\"}}"), CODE_UNSUPPORTED_TYPE, "an error message in JSON"},
    {BYTES("{ \"a\": 1 }"), CODE_UNSUPPORTED_TYPE, "a JSON file"},
    {BYTES("\xef\xbb\xbf<svg xmlns=\"\">"), CODE_UNSUPPORTED_TYPE, "an SVG picture"},
    {BYTES("version https://git-lfs.github.com/spec/v1\n"), CODE_UNSUPPORTED_TYPE, "a Git LFS pointer"},
    {BYTES("<!-- Moodle -->\r\n<!-- 4.1 --><HTML lang=\"en\">"), CODE_UNSUPPORTED_TYPE, "a web page"},
    {BYTES("<!-- never closed <html>"), CODE_UNSUPPORTED_TYPE, "plain text"},
    {BYTES(" \n\t\r\n"), CODE_UNSUPPORTED_TYPE, "nothing but white space"},
    {BYTES("\xef\xbb\xbf\n"), CODE_UNSUPPORTED_TYPE, "nothing but white space"},
    {BYTES("JVBERi0xLjcKJeLjz9MK"), CODE_UNSUPPORTED_TYPE, "a PDF in Base64"},
    {BYTES("data:application/pdf;base64,JVBERi0"), CODE_UNSUPPORTED_TYPE, "a PDF in Base64"},
    {BYTES("[InternetShortcut]\r\nURL=https://example.org/a.pdf"), CODE_UNSUPPORTED_TYPE, "a link"},
    {BYTES("\0\5\x16\7\0\2\0\0Mac OS X"), CODE_UNSUPPORTED_TYPE, "what macOS keeps beside a file"},
    {BYTES("%FDF-1.2\n1 0 obj\n<<>>\nendobj"), CODE_UNSUPPORTED_TYPE, "what was typed into a form"},
    {BYTES("\xff\xfeL\0e\0c\0"), CODE_UNSUPPORTED_TYPE, "plain text in UTF-16"},
    {BYTES(ZIP("preview.jpg") ZIP("index.apxl")), CODE_UNSUPPORTED_TYPE, "a Keynote file"},
    {BYTES(ZIP("week1.pdf") "%PDF-1.4\n1 0 obj"), CODE_UNSUPPORTED_TYPE, "a ZIP archive: unpack it"},
    {BYTES("\x28\xb5\x2f\xfd....%PDF-1.4\n"), CODE_UNSUPPORTED_TYPE, "a Zstandard archive"},
    {BYTES("\x89PNG\r\n\x1a\n%PDF-1.4\n"), CODE_UNSUPPORTED_TYPE, "a PNG picture"},
    {BYTES("\xff\xfe%PDF-1.4\n"), CODES, ""},
    {BYTES("%PDF-1.7\nPK\3\4"), CODES, ""},
    {BYTES("-----BEGIN PGP MESSAGE-----\n"), CODE_UNSUPPORTED_TYPE, "an encrypted file"},
};

static void everything_has_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *what = "";
        enum code code = pdf_sniff_buffer(rows[i].bytes, rows[i].size, &what);

        if (code != rows[i].code || strncmp(what, rows[i].what, strlen(rows[i].what)) != 0)
            fail_msg("row %zu: %d \"%s\" instead of %d \"%s\"", i, code, what, rows[i].code, rows[i].what);
    }
}

/* A header far in: after text it is a PDF still, in a picture it is none; however the bytes come in pieces.
 */
static void a_header_far_in(void **state)
{
    static const struct {
        const char *start;
        size_t size;
        enum code code;
    } files[] = {{BYTES("HTTP/1.1 200 OK\r\n"), CODES},
                 {BYTES("<br><b>Warning</b>: "), CODES},
                 {BYTES("\1\2\3\4"), CODES},
                 {BYTES("\x89PNG\r\n\x1a\n"), CODE_UNSUPPORTED_TYPE},
                 {BYTES(ZIP("a.pdf")), CODE_UNSUPPORTED_TYPE}};
    static const size_t pieces[] = {1, 7, 8, 1000, 100000}, places[] = {1100, 5000, 70000};
    char *bytes = malloc(100000);

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++)
            for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
                struct pdf_sniff *sniff = calloc(1, sizeof *sniff);
                const char *what;

                memset(bytes, 'x', 100000);
                memcpy(bytes, files[i].start, files[i].size);
                memcpy(bytes + places[k], "%PDF-1.4", 8);
                for (size_t at = 0; at < 100000; at += pieces[j])
                    pdf_sniff_feed(sniff, bytes + at, 100000 - at < pieces[j] ? 100000 - at : pieces[j]);
                if (pdf_sniff_verdict(sniff, true, &what) != files[i].code)
                    fail_msg("file %zu in pieces of %zu, header at %zu", i, pieces[j], places[k]);
                free(sniff);
            }
    free(bytes);
}

static void what_is_plain_is_told_before_the_end(void **state)
{
    struct pdf_sniff *sniff = calloc(1, sizeof *sniff);
    char *zeros = calloc(1, FILETYPE_WITHIN);
    const char *what;

    (void)state;
    pdf_sniff_feed(sniff, BYTES("\x89PNG\r\n\x1a\n"));
    assert_int_equal(pdf_sniff_verdict(sniff, false, &what),
                     CODES); /* a PDF may begin within the first bytes */
    pdf_sniff_feed(sniff, zeros, FILETYPE_WITHIN);
    assert_int_equal(pdf_sniff_verdict(sniff, false, &what), CODE_UNSUPPORTED_TYPE);
    memset(sniff, 0, sizeof *sniff);
    pdf_sniff_feed(sniff, zeros, FILETYPE_WITHIN);
    assert_int_equal(pdf_sniff_verdict(sniff, false, &what), CODES);
    assert_int_equal(pdf_sniff_verdict(sniff, true, &what), CODE_UNSUPPORTED_TYPE);
    free(zeros);
    free(sniff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_has_a_name),
                                       cmocka_unit_test(a_header_far_in),
                                       cmocka_unit_test(what_is_plain_is_told_before_the_end)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
