/* docx_table - tables, see docx_internal.h
 *
 * The first row is the header and repeated on every page; no row is split between two.
 */
#include "stages/assembler/docx/docx_internal.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/rich/rich_plain.h"

enum { LETTER = 128, MARGINS = 260, LETTERS_MIN = 4, LETTERS_MAX = 48 }; /* twips; letters of a column */

void docx_table_open(struct writing *to, const char *caption, const unsigned *widths, size_t columns)
{
    struct xml *xml = to->xml;
    unsigned width = 0;

    if (to->below_table) { /* two tables without a paragraph between them would be one */
        docx_paragraph_open(to, &(struct paragraph){.style = "TableGap"});
        xml_close(xml);
    }
    xml_open(xml, "w:tbl");
    xml_open(xml, "w:tblPr");
    xml_value(xml, "w:tblStyle", "TableGrid");
    if (to->language->rtl)
        xml_empty(xml, "w:bidiVisual");
    for (size_t i = 0; i < columns; i++)
        width += widths[i];
    xml_open(xml, "w:tblW");
    xml_attr_number(xml, "w:w", width);
    xml_attr(xml, "w:type", "dxa");
    xml_close(xml);
    xml_raw(xml, "<w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" "
                 "w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>");
    xml_value(xml, "w:tblCaption", caption);
    xml_close(xml);
    xml_open(xml, "w:tblGrid");
    for (size_t i = 0; i < columns; i++) {
        xml_open(xml, "w:gridCol");
        xml_attr_number(xml, "w:w", widths[i]);
        xml_close(xml);
    }
    xml_close(xml);
}

void docx_row_open(struct writing *to, bool head)
{
    xml_open(to->xml, "w:tr");
    xml_raw(to->xml,
            head ? "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" : "<w:trPr><w:cantSplit/></w:trPr>");
}

void docx_cell_open(struct writing *to, unsigned width, bool head, bool rtl)
{
    struct xml *xml = to->xml;

    xml_open(xml, "w:tc");
    xml_open(xml, "w:tcPr");
    xml_open(xml, "w:tcW");
    xml_attr_number(xml, "w:w", width);
    xml_attr(xml, "w:type", "dxa");
    xml_close(xml);
    if (head)
        xml_raw(xml, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"DEE6F3\"/>");
    xml_close(xml);
    docx_paragraph_open(to, &(struct paragraph){.style = "TableText", .rtl = rtl});
}

void docx_cell_close(struct writing *to)
{
    xml_close(to->xml);
    xml_close(to->xml);
}

void docx_table_close(struct writing *to)
{
    xml_close(to->xml);
    to->below_table = true;
}

/* ---- tables of answers ---- */

static unsigned letters_of(const struct block *block, size_t column)
{
    size_t max = LETTERS_MIN;

    for (size_t row = 0; row < block->rows; row++) {
        struct bytes text = {0};
        size_t letters = 0;

        rich_plain_spans(&block->cells[row * block->columns + column], &text);
        for (size_t i = 0; i < text.size; i++) /* what is more than two bytes long is wide */
            letters += (text.data[i] & 0xc0) != 0x80 ? ((unsigned char)text.data[i] >= 0xe3 ? 2 : 1) : 0;
        max = letters > max ? letters : max;
        bytes_drop(&text);
    }
    return max > LETTERS_MAX ? LETTERS_MAX : (unsigned)max;
}

/* As wide as their letters need, together not wider than the text, or just as wide: on which side a narrow
 * table stands from right to left, programs do not agree. */
static void widths_of(const struct block *block, bool full, unsigned *widths)
{
    unsigned all = 0;

    for (size_t i = 0; i < block->columns; i++) {
        widths[i] = letters_of(block, i) * LETTER + MARGINS;
        all += widths[i];
    }
    for (size_t i = 0; (full || all > DOCX_WIDTH) && i < block->columns; i++)
        widths[i] = widths[i] * DOCX_WIDTH / all;
}

/* The header in words: what the table is about. The caller frees. */
static char *caption_of(const struct block *block)
{
    struct bytes text = {0};
    size_t size;

    for (size_t i = 0; i < block->columns; i++) {
        if (i > 0)
            bytes_add_text(&text, ", ");
        rich_plain_spans(&block->cells[i], &text);
    }
    bytes_text(&text);
    return bytes_take(&text, &size);
}

void docx_table(struct writing *to, const struct block *block)
{
    unsigned *widths = pool_get(to->pool, block->columns, sizeof *widths);
    char *caption = caption_of(block);
    bool rtl = to->language->rtl;

    widths_of(block, rtl, widths);
    docx_table_open(to, caption, widths, block->columns);
    for (size_t row = 0; row < block->rows; row++) {
        docx_row_open(to, row == 0);
        for (size_t i = 0; i < block->columns; i++) {
            docx_cell_open(to, widths[i], row == 0, rtl);
            docx_spans(to, &block->cells[row * block->columns + i], row == 0 ? RUN_BOLD : RUN_PLAIN, rtl);
            docx_cell_close(to);
        }
        xml_close(to->xml);
    }
    docx_table_close(to);
    free(caption);
}
