/* docx - see docx.h: the package around the parts */
#include "stages/assembler/docx/docx.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proto/panic.h"
#include "stages/assembler/docx/docx_internal.h"
#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lib/zip_archive.h"

#define RELATIONSHIPS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE       "http://schemas.openxmlformats.org/package/2006"
#define WORD_TYPE     "application/vnd.openxmlformats-officedocument.wordprocessingml."

enum part {
    PART_TYPES,
    PART_RELATIONSHIPS,
    PART_DOCUMENT,
    PART_DOCUMENT_RELATIONSHIPS,
    PART_STYLES,
    PART_NUMBERING,
    PART_SETTINGS,
    PART_FONTS,
    PART_HEADER,
    PART_FOOTER,
    PART_CORE,
    PART_APP,
    PARTS
};

/* type: NULL for parts that the defaults by extension cover. relation: of the document, NULL if it is none.
 */
static const struct {
    const char *name, *type, *id, *relation;
} parts[PARTS] = {
    [PART_TYPES] = {"[Content_Types].xml", NULL, NULL, NULL},
    [PART_RELATIONSHIPS] = {"_rels/.rels", NULL, NULL, NULL},
    [PART_DOCUMENT] = {"word/document.xml", WORD_TYPE "document.main+xml", NULL, NULL},
    [PART_DOCUMENT_RELATIONSHIPS] = {"word/_rels/document.xml.rels", NULL, NULL, NULL},
    [PART_STYLES] = {"word/styles.xml", WORD_TYPE "styles+xml", "rIdStyles", "styles"},
    [PART_NUMBERING] = {"word/numbering.xml", WORD_TYPE "numbering+xml", "rIdNumbering", "numbering"},
    [PART_SETTINGS] = {"word/settings.xml", WORD_TYPE "settings+xml", "rIdSettings", "settings"},
    [PART_FONTS] = {"word/fontTable.xml", WORD_TYPE "fontTable+xml", "rIdFonts", "fontTable"},
    [PART_HEADER] = {"word/header1.xml", WORD_TYPE "header+xml", DOCX_RID_HEADER, "header"},
    [PART_FOOTER] = {"word/footer1.xml", WORD_TYPE "footer+xml", DOCX_RID_FOOTER, "footer"},
    [PART_CORE] = {"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", NULL,
                   NULL},
    [PART_APP] = {"docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml",
                  NULL, NULL},
};

static void content_types(struct bytes *to)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "Types");
    xml_attr(xml, "xmlns", PACKAGE "/content-types");
    xml_raw(xml,
            "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships"
            "+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default "
            "Extension=\"jpeg\" ContentType=\"image/jpeg\"/>");
    for (int i = 0; i < PARTS; i++) {
        char name[64];

        if (parts[i].type == NULL)
            continue;
        snprintf(name, sizeof name, "/%s", parts[i].name);
        xml_open(xml, "Override");
        xml_attr(xml, "PartName", name);
        xml_attr(xml, "ContentType", parts[i].type);
        xml_close(xml);
    }
    xml_end(&xml);
}

static void relationship(struct xml *xml, const char *id, const char *base, const char *type,
                         const char *target)
{
    char full[160];

    snprintf(full, sizeof full, "%s/%s", base, type);
    xml_open(xml, "Relationship");
    xml_attr(xml, "Id", id);
    xml_attr(xml, "Type", full);
    xml_attr(xml, "Target", target);
    xml_close(xml);
}

static void package_relationships(struct bytes *to)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "Relationships");
    xml_attr(xml, "xmlns", PACKAGE "/relationships");
    relationship(xml, "rId1", RELATIONSHIPS, "officeDocument", "word/document.xml");
    relationship(xml, "rId2", PACKAGE "/relationships/metadata", "core-properties", "docProps/core.xml");
    relationship(xml, "rId3", RELATIONSHIPS, "extended-properties", "docProps/app.xml");
    xml_end(&xml);
}

static void media_name(char *to, size_t room, const char *folder, unsigned slide)
{
    snprintf(to, room, "%smedia/slide-%u.jpeg", folder, slide);
}

static void document_relationships(struct bytes *to, const struct lecture *lecture)
{
    struct xml *xml = xml_new(to);
    char id[32], target[64];

    xml_open(xml, "Relationships");
    xml_attr(xml, "xmlns", PACKAGE "/relationships");
    for (int i = 0; i < PARTS; i++)
        if (parts[i].relation != NULL)
            relationship(xml, parts[i].id, RELATIONSHIPS, parts[i].relation, parts[i].name + 5); /* word/ */
    for (size_t i = 0; i < lecture->slide_count; i++) {
        if (lecture->slides[i].picture.size == 0 || !phrase_shows(lecture, &lecture->slides[i]))
            continue;
        snprintf(id, sizeof id, DOCX_RID_SLIDE, lecture->slides[i].number);
        media_name(target, sizeof target, "", lecture->slides[i].number);
        relationship(xml, id, RELATIONSHIPS, "image", target);
    }
    xml_end(&xml);
}

static void core_properties(struct bytes *to, const struct lecture *lecture, const struct language *language)
{
    struct xml *xml = xml_new(to);
    time_t created = (time_t)(lecture->created_ms / 1000);
    struct writing plain = {.lecture = lecture, .language = language, .pool = pool_new()};
    char *heading = lecture_heading(lecture), *name = docx_plain(&plain, heading), when[32];
    struct tm utc;

    must(gmtime_r(&created, &utc) != NULL && strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0);
    xml_open(xml, "cp:coreProperties");
    xml_attr(xml, "xmlns:cp", PACKAGE "/metadata/core-properties");
    xml_attr(xml, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
    xml_attr(xml, "xmlns:dcterms", "http://purl.org/dc/terms/");
    xml_attr(xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml_leaf(xml, "dc:title", name);
    xml_leaf(xml, "dc:subject", *lecture->course != '\0' ? lecture->course : lecture->filename);
    xml_leaf(xml, "dc:creator", "Slidemill");
    if (*language->tag != '\0')
        xml_leaf(xml, "dc:language", language->tag);
    xml_leaf(xml, "cp:lastModifiedBy", "Slidemill");
    for (int i = 0; i < 2; i++) {
        xml_open(xml, i == 0 ? "dcterms:created" : "dcterms:modified");
        xml_attr(xml, "xsi:type", "dcterms:W3CDTF");
        xml_text(xml, when);
        xml_close(xml);
    }
    xml_end(&xml);
    free(name);
    free(heading);
    pool_free(&plain.pool);
}

static void app_properties(struct bytes *to)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "Properties");
    xml_attr(xml, "xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties");
    xml_leaf(xml, "Application", "Slidemill");
    xml_end(&xml);
}

static void parts_make(struct bytes part[PARTS], const struct lecture *lecture,
                       const struct language *language)
{
    struct bytes lists;

    content_types(&part[PART_TYPES]);
    package_relationships(&part[PART_RELATIONSHIPS]);
    docx_document(&part[PART_DOCUMENT], &lists, lecture, language);
    document_relationships(&part[PART_DOCUMENT_RELATIONSHIPS], lecture);
    docx_styles(&part[PART_STYLES], language);
    docx_numbering(&part[PART_NUMBERING], &lists);
    docx_settings(&part[PART_SETTINGS], language);
    docx_fonts(&part[PART_FONTS], language);
    docx_header(&part[PART_HEADER], lecture, language);
    docx_footer(&part[PART_FOOTER], language);
    core_properties(&part[PART_CORE], lecture, language);
    app_properties(&part[PART_APP]);
    bytes_drop(&lists);
}

/* Pictures go in as they are; the text shrinks to about a tenth. */
static size_t expected_size(const struct bytes part[PARTS], const struct lecture *lecture)
{
    size_t size = 16384;

    for (int i = 0; i < PARTS; i++)
        size += part[i].size / 6;
    for (size_t i = 0; i < lecture->slide_count; i++)
        size += lecture->slides[i].picture.size + 256;
    return size;
}

void docx_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    struct bytes part[PARTS] = {{0}};
    struct zip_archive *package;

    parts_make(part, lecture, language);
    package = zip_archive_new(expected_size(part, lecture));
    for (int i = 0; i < PARTS; i++)
        zip_archive_add(package, parts[i].name, part[i].data, part[i].size, ZIP_METHOD_DEFLATED);
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];
        char name[64];

        media_name(name, sizeof name, "word/", slide->number);
        if (slide->picture.size > 0 && phrase_shows(lecture, slide))
            zip_archive_add(package, name, slide->picture.data, slide->picture.size, ZIP_METHOD_STORED);
    }
    zip_archive_finish(&package, to);
    for (int i = 0; i < PARTS; i++)
        bytes_drop(&part[i]);
}
