/* test_layout - a slide's text put back in order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/text/layout.h"

/* A slide of 1000 x 750 pixels in, its layout as text out: "# title", then a line an item: indent, sign,
 * text. */
struct slide {
    const char *name;
    struct page_line lines[14];
    const char *layout;
};

static char *shown(const struct slide *slide)
{
    static const char signs[] = {[ITEM_TEXT] = '.', [ITEM_CODE] = '$', [ITEM_FORMULA] = '='};
    struct page *page = page_new(1000, 750);
    struct layout *layout;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (const struct page_line *line = slide->lines; line->text != NULL; line++)
        page_add(page, line);
    layout = layout_of(page);
    fprintf(out, "# %s\n", layout->title);
    for (size_t i = 0; i < layout->count; i++)
        fprintf(out, "%*s%c %s\n", 2 * layout->items[i].level, "",
                layout->items[i].listed && layout->items[i].kind == ITEM_TEXT ? '*'
                                                                              : signs[layout->items[i].kind],
                layout->items[i].text);
    fclose(out);
    layout_free(&layout);
    page_free(&page);
    return text;
}

static const struct slide slides[] = {
    {"an empty page", {{.text = NULL}}, "# \n"},
    {"a hyphen that parts a word goes, one that belongs to it stays",
     {{50, 40, 900, 60, 50, 1, 0, "The mito-"},
      {50, 100, 900, 60, 50, 1, 0, "chondrion"},
      {100, 300, 850, 40, 30, 0, 0, "It makes energy for the cell, and the endo-"},
      {100, 340, 850, 40, 30, 0, 0, "plasmic reticulum; see the git-cheat-"},
      {100, 380, 850, 40, 30, 0, 0, "sheet, and the model of entity-"},
      {100, 420, 850, 40, 30, 0, 0, "relationship"},
      {.text = NULL}},
     "# The mitochondrion\n. It makes energy for the cell, and the endoplasmic reticulum; see the "
     "git-cheat-sheet, and "
     "the model of entity-relationship\n"},
    {"title and bullets, wrapped lines joined",
     {{50, 40, 500, 60, 50, 1, 0, "Processes"},
      {60, 200, 20, 40, 30, 0, 0, "•"},
      {100, 200, 850, 40, 30, 0, 0, "A process is a running"},
      {100, 240, 300, 40, 30, 0, 0, "Program with state"},
      {60, 320, 20, 40, 30, 0, 0, "•"},
      {100, 320, 300, 40, 30, 0, 0, "Threads share memory"},
      {.text = NULL}},
     "# Processes\n* A process is a running Program with state\n* Threads share memory\n"},
    {"a box with a small title holds its entries",
     {{50, 40, 500, 60, 50, 1, 0, "Compilers"},
      {60, 200, 100, 44, 33, 1, 0, "Types"},
      {60, 244, 300, 30, 25, 0, 0, "Static and dynamic types"},
      {60, 280, 300, 30, 25, 0, 0, "Equality of types"},
      {500, 200, 100, 44, 33, 1, 0, "Names"},
      {500, 244, 300, 30, 25, 0, 0, "Namespaces"},
      {.text = NULL}},
     "# Compilers\n. Types\n  . Static and dynamic types\n  . Equality of types\n. Names\n. Namespaces\n"},
    {"the rows of a table stay rows",
     {{50, 40, 500, 60, 50, 1, 0, "Data"},
      {60, 200, 20, 40, 30, 0, 0, "1"},
      {200, 200, 20, 40, 30, 0, 0, "0"},
      {400, 200, 40, 40, 30, 0, 0, "13"},
      {60, 240, 20, 40, 30, 0, 0, "2"},
      {200, 240, 20, 40, 30, 0, 0, "1"},
      {400, 240, 40, 40, 30, 0, 0, "7"},
      {.text = NULL}},
     "# Data\n= 1  0  13\n= 2  1  7\n"},
    {"numbers that count make a list",
     {{50, 40, 500, 60, 50, 1, 0, "Steps"},
      {60, 200, 300, 40, 30, 0, 0, "1 Take a number"},
      {60, 300, 300, 40, 30, 0, 0, "2 Double it"},
      {60, 400, 300, 40, 30, 0, 0, "7 Dwarfs do not count"},
      {.text = NULL}},
     "# Steps\n* Take a number\n* Double it\n. 7 Dwarfs do not count\n"},
    {"scripts are code in any font",
     {{50, 40, 500, 60, 50, 1, 0, "Strings"},
      {60, 200, 300, 30, 25, 0, 0, "s = \"some text\""},
      {60, 235, 300, 30, 25, 0, 0, "print(s[3:9])"},
      {60, 270, 300, 30, 25, 0, 0, "# ---"},
      {60, 305, 300, 30, 25, 0, 0, "print(s)"},
      {.text = NULL}},
     "# Strings\n$ s = \"some text\"\nprint(s[3:9])\n# ---\nprint(s)\n"},
    {"the letters of a drawing are no title",
     {{300, 40, 40, 80, 60, 0, 0, "L"}, {500, 40, 40, 80, 60, 0, 0, "M"}, {.text = NULL}},
     "# \n= L\n  = M\n"},
    {"headers, footers and page numbers at the edges go",
     {{20, 5, 200, 16, 14, 0, 0, "Introduction"},
      {50, 100, 500, 60, 50, 0, 0, "Title"},
      {60, 300, 800, 40, 30, 0, 0, "The only text of this slide"},
      {20, 725, 300, 16, 14, 0, 0, "A. Lecturer (University)"},
      {950, 715, 30, 30, 30, 0, 0, "12 / 40"},
      {.text = NULL}},
     "# Title\n. The only text of this slide\n"},
    {"a title at the very top stays",
     {{50, 5, 500, 45, 40, 1, 0, "At the top"}, {60, 300, 800, 40, 30, 0, 0, "Text below"}, {.text = NULL}},
     "# At the top\n. Text below\n"},
    {"a title over two lines",
     {{50, 40, 800, 60, 50, 1, 0, "A title that is too long"},
      {50, 100, 300, 60, 50, 1, 0, "for one line"},
      {60, 300, 400, 40, 30, 0, 0, "Body"},
      {.text = NULL}},
     "# A title that is too long for one line\n. Body\n"},
    {"a title page has its title in the middle",
     {{200, 330, 600, 70, 60, 0, 0, "Operating Systems"},
      {300, 450, 400, 30, 24, 0, 0, "Winter term"},
      {.text = NULL}},
     "# Operating Systems\n. Winter term\n"},
    {"no title where nothing stands out",
     {{50, 400, 500, 30, 30, 0, 0, "Just some text"},
      {50, 500, 500, 30, 30, 0, 0, "And some more"},
      {.text = NULL}},
     "# \n. Just some text\n. And some more\n"},
    {"a word parted at the line's end is made whole",
     {{50, 200, 900, 40, 30, 0, 0, "Scheduling decides which process gets the pro-"},
      {50, 240, 300, 40, 30, 0, 0, "cessor next."},
      {.text = NULL}},
     "# \n. Scheduling decides which process gets the processor next.\n"},
    {"but not two words that share a hyphen",
     {{50, 200, 900, 40, 30, 0, 0, "The scheduler uses the method of Round-"},
      {50, 240, 300, 40, 30, 0, 0, "Robin here"},
      {.text = NULL}},
     "# \n. The scheduler uses the method of Round-Robin here\n"},
    {"Chinese goes on without a blank",
     {{50, 200, 920, 40, 30, 0, 0, "进程是正在运行的程序，它有自己的地址空间"},
      {50, 240, 300, 40, 30, 0, 0, "和资源。"},
      {.text = NULL}},
     "# \n. 进程是正在运行的程序，它有自己的地址空间和资源。\n"},
    {"indents are levels",
     {{60, 200, 300, 40, 30, 0, 0, "• Memory"},
      {100, 250, 300, 36, 26, 0, 0, "– Paging"},
      {100, 300, 300, 36, 26, 0, 0, "– Swapping"},
      {60, 360, 300, 40, 30, 0, 0, "• Files"},
      {.text = NULL}},
     "# \n* Memory\n  * Paging\n  * Swapping\n* Files\n"},
    {"numbers before entries go, years and amounts stay",
     {{60, 200, 300, 40, 30, 0, 0, "1. First"},
      {60, 260, 300, 40, 30, 0, 0, "2) Second"},
      {60, 320, 300, 40, 30, 0, 0, "(a) Third"},
      {60, 380, 300, 40, 30, 0, 0, "1969 was the year"},
      {60, 440, 300, 40, 30, 0, 0, "3.5 million users"},
      {60, 500, 300, 40, 30, 0, 0, "-1 is an error code"},
      {.text = NULL}},
     "# \n* First\n* Second\n* Third\n. 1969 was the year\n. 3.5 million users\n. -1 is an error code\n"},
    {"pieces of one row are one text",
     {{60, 200, 100, 40, 30, 1, 0, "Paging"},
      {160, 200, 300, 40, 30, 0, 0, ": fixed blocks of memory"},
      {60, 300, 50, 40, 30, 0, 0, "See "},
      {112, 300, 60, 40, 30, 0, 1, "fork"},
      {174, 300, 100, 40, 30, 0, 0, " and exec"},
      {.text = NULL}},
     "# \n. Paging: fixed blocks of memory\n. See fork and exec\n"},
    {"columns stay apart",
     {{60, 200, 200, 40, 30, 0, 0, "Left column"},
      {560, 200, 200, 40, 30, 0, 0, "Right column"},
      {.text = NULL}},
     "# \n. Left column\n  . Right column\n"},
    {"code keeps its lines and indents",
     {{50, 40, 500, 60, 50, 1, 0, "Loops"},
      {60, 200, 300, 24, 20, 0, 1, "for i in range(3):"},
      {108, 226, 200, 24, 20, 0, 1, "print(i)"},
      {60, 252, 200, 24, 20, 0, 1, "done()"},
      {.text = NULL}},
     "# Loops\n$ for i in range(3):\n    print(i)\ndone()\n"},
    {"formulas are known as such",
     {{50, 200, 300, 40, 30, 0, 0, "E = mc² + ∑ xᵢ"},
      {50, 300, 300, 40, 30, 0, 0, "Energy equals mass"},
      {.text = NULL}},
     "# \n= E = mc² + ∑ xᵢ\n. Energy equals mass\n"},
    {"a label begins something new, however full the row above",
     {{50, 200, 900, 40, 30, 0, 0, "Unit: A physical object at a particular point in time"},
      {50, 240, 900, 40, 30, 0, 0, "Treatment: An intervention whose effect we wish to assess"},
      {.text = NULL}},
     "# \n. Unit: A physical object at a particular point in time\n"
     ". Treatment: An intervention whose effect we wish to assess\n"},
    {"signs alone are nothing",
     {{50, 300, 20, 40, 30, 0, 0, "→"}, {500, 400, 20, 40, 30, 0, 0, "***"}, {.text = NULL}},
     "# \n"},
};

static void puts_slides_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slides / sizeof slides[0]; i++) {
        char *text = shown(&slides[i]);

        print_message("  %s\n", slides[i].name);
        assert_string_equal(text, slides[i].layout);
        free(text);
    }
}

/* Text layers as they may come, broken or hostile: nothing of it may end the process. */
static void takes_any_layer(void **state)
{
    static const struct {
        const char *json;
        size_t lines;
    } rows[] = {
        {"", 0},
        {"[]", 0},
        {"{\"lines\":7}", 0},
        {"{\"width\":1000,\"height\":750,\"lines\":[7,{},{\"text\":7},{\"text\":\"\"},{\"text\":\"  \"}]}",
         0},
        {"{\"width\":-1,\"height\":99999999999999999999,\"lines\":[]}", 0},
        {"{\"lines\":[{\"x\":-9999999999,\"y\":1e99,\"w\":\"a\",\"h\":9999999999,\"size\":-5,\"text\":"
         "\"a\\tb\\u0007c\"}]}",
         1},
        {"{\"lines\":[{\"size\":9999999999,\"x\":9999999999,\"text\":\"a\"},{\"text\":\"b\"}]}", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page *page = page_parse(rows[i].json, strlen(rows[i].json));
        struct layout *layout = layout_of(page);

        assert_int_equal(page->count, rows[i].lines);
        for (size_t k = 0; k < page->count; k++)
            assert_null(strpbrk(page->lines[k].text, "\t\a\n"));
        layout_free(&layout);
        page_free(&page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(puts_slides_in_order),
                                       cmocka_unit_test(takes_any_layer)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
