/* text - text of strangers made fit for the places it goes to
 *
 * text_clean is the gate: whatever passed it may stand in XML 1.0, JSON and SQLite.  The others take clean
 * text.
 */
#ifndef STAGES_ASSEMBLER_LIB_TEXT_H
#define STAGES_ASSEMBLER_LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/assembler/lib/bytes.h"

/* Copies size bytes to to (at least size + 1 bytes) and ends it with NUL: CR and CR LF become LF; what is not
 * UTF-8, C0 but TAB and LF, DEL, C1, U+FFFE, U+FFFF, directional overrides and blanks at both ends are left
 * out. Returns the length. */
size_t text_clean(char *to, const char *from, size_t size);

/* Is it a character that shows nothing but room? */
bool text_blank(uint32_t c);

/* Bytes of the blank that begins at at: ASCII, no-break or ideographic; 0: none does. */
size_t text_blank_at(const char *at);

enum text_place {
    TEXT_PAGE, /* of HTML */
    TEXT_CARD, /* a field of an Anki note */
    TEXT_GAP,  /* the same, between {{c1:: and }} */
    TEXT_TEX   /* the same, a formula between its delimiters, in which no braces or colons meet */
};

/* Markup characters escaped, LF as <br>, and for Anki everything in which it would see a command ({{...}},
 * [sound:...], [latex], [anki:...], \( \)) broken so that it shows the same characters. */
void text_add_html(struct bytes *to, const char *text, enum text_place place);

/* Bytes of the first sentence, or of as many whole words as fit into most; at least one character if any. */
size_t text_first_sentence(const char *text, size_t max);

/* How many words are written from right to left, and from left to right; a word counts by its first letter.
 */
struct text_words {
    unsigned rtl, ltr;
};

/* Adds those of the text. */
void text_count_words(struct text_words *words, const char *text);

/* The direction of a paragraph with these words, true: from right to left. One that mixes both goes as the
 * document does; where that goes from left to right, two fifths of its words from right to left turn it. The
 * first letter tells too little: many a sentence in Hebrew begins with "DNA". No words: as the document. The
 * share is that of goog.i18n.bidi.estimateDirection,
 * https://github.com/google/closure-library/blob/master/closure/goog/i18n/bidi.js */
bool text_words_rtl(const struct text_words *words, bool document_rtl);

/* The same of one text. */
bool text_is_rtl(const char *text, bool document_rtl);

/* Is there any such letter in it? */
bool text_has_rtl(const char *text);

/* Where in a paragraph of that direction the first stretch begins that runs against it, and its size; both as
 * far as there is none: all of it, 0. Signs and digits that hang on a word of Latin letters belong to it, and
 * all signs where there are only such words. */
size_t text_island(const char *text, bool rtl, size_t *size);

/* Such a stretch for a paragraph from right to left: if it begins with a sign or a digit, or ends with a
 * sign, it gets a mark there, or that would jump to the other side: ++C. */
void text_add_island(struct bytes *to, const char *island, size_t size);

/* The text for a paragraph from right to left, such stretches with their marks. */
void text_add_marked(struct bytes *to, const char *text);

#define LEFT_TO_RIGHT_MARK "\u200e"

/* Is it an ASCII letter or digit? */
bool text_word_char(char c);

/* The writing of its first letter that has one of these; kana and hangul tell more than what stands before
 * them. */
enum text_script { SCRIPT_OTHER, SCRIPT_HEBREW, SCRIPT_ARABIC, SCRIPT_HAN, SCRIPT_KANA, SCRIPT_HANGUL };
enum text_script text_script(const char *text);

#endif
