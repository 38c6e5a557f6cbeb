/* language - see language.h */
#include "stages/assembler/language.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "stages/assembler/bytes.h"
#include "stages/assembler/labels.h"

struct row {
    const char *names; /* small letters, each between blanks; the first is the tag's first part */
    const char *tag, *font;
    bool rtl;
};

static const struct row rows[] = {
    {" en english inglés inglese anglais englisch ", "en-US", "", false},
    {" es spanish español espanol Español espaÑol castellano spanisch espagnol ", "es-ES", "", false},
    {" de german deutsch alemán allemand ", "de-DE", "", false},
    {" fr french français francais franÇais französisch francés ", "fr-FR", "", false},
    {" it italian italiano italien ", "it-IT", "", false},
    {" pt brazilian ", "pt-BR", "", false},
    {" pt portuguese português portugues portugiesisch ", "pt-PT", "", false},
    {" nl dutch nederlands flemish ", "nl-NL", "", false},
    {" pl polish polski ", "pl-PL", "", false},
    {" tr turkish türkçe turkce Türkçe ", "tr-TR", "", false},
    {" ru russian русский Русский ", "ru-RU", "", false},
    {" zh zh-tw zh-hk zh-mo zh-hant traditional cantonese 繁體中文 繁体中文 正體中文 ", "zh-TW",
     "Microsoft JhengHei", false},
    {" zh chinese mandarin simplified 中文 汉语 漢語 简体中文 ", "zh-CN", "Microsoft YaHei", false},
    {" ja japanese 日本語 ", "ja-JP", "Yu Gothic", false},
    {" ko korean 한국어 ", "ko-KR", "Malgun Gothic", false},
    {" ar arabic العربية عربي ", "ar-SA", "", true},
    {" he iw hebrew עברית ", "he-IL", "", true},
    /* no labels of their own, but known to spelling checkers and readers aloud */
    {" fa persian farsi فارسی ", "fa-IR", "", true},
    {" ur urdu اردو ", "ur-PK", "", true},
    {" ps pashto ", "ps-AF", "", true},
    {" ckb sorani ", "ckb-IQ", "", true},
    {" yi yiddish ", "yi-001", "", true},
    {" ug uyghur ", "ug-CN", "", true},
    {" sd sindhi ", "sd-PK", "", true},
    {" ca catalan català catala ", "ca-ES", "", false},
    {" gl galician galego ", "gl-ES", "", false},
    {" eu basque euskara ", "eu-ES", "", false},
    {" sv swedish svenska ", "sv-SE", "", false},
    {" da danish dansk ", "da-DK", "", false},
    {" nb no norwegian norsk bokmål ", "nb-NO", "", false},
    {" fi finnish suomi ", "fi-FI", "", false},
    {" is icelandic íslenska ", "is-IS", "", false},
    {" cs czech čeština cestina ", "cs-CZ", "", false},
    {" sk slovak slovenčina ", "sk-SK", "", false},
    {" sl slovenian slovene slovenščina ", "sl-SI", "", false},
    {" hr croatian hrvatski ", "hr-HR", "", false},
    {" sr serbian српски srpski ", "sr-RS", "", false},
    {" hu hungarian magyar ", "hu-HU", "", false},
    {" ro romanian română romana ", "ro-RO", "", false},
    {" bg bulgarian български ", "bg-BG", "", false},
    {" uk ukrainian українська ", "uk-UA", "", false},
    {" el greek ελληνικά Ελληνικά ", "el-GR", "", false},
    {" lt lithuanian lietuvių ", "lt-LT", "", false},
    {" lv latvian latviešu ", "lv-LV", "", false},
    {" et estonian eesti ", "et-EE", "", false},
    {" hi hindi हिन्दी ", "hi-IN", "", false},
    {" bn bengali বাংলা ", "bn-BD", "", false},
    {" ta tamil தமிழ் ", "ta-IN", "", false},
    {" te telugu తెలుగు ", "te-IN", "", false},
    {" th thai ไทย ", "th-TH", "", false},
    {" vi vietnamese việt tiếng ", "vi-VN", "", false},
    {" id indonesian bahasa ", "id-ID", "", false},
    {" ms malay melayu ", "ms-MY", "", false},
    {" fil tagalog filipino ", "fil-PH", "", false},
    {" sw swahili kiswahili ", "sw-KE", "", false},
    {" af afrikaans ", "af-ZA", "", false},
    {" la latin latina ", "la-VA", "", false},
};

static const struct row unknown = {"", "", "", false};

static char small(char c)
{
    return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool stop(char c)
{
    return c != '\0' && strchr(" \t\n,;()/", c) != NULL;
}

/* The row that knows this word; NULL if none. */
static const struct row *row_of(const char *word, size_t size)
{
    char key[64];

    if (size == 0 || size > sizeof key - 3)
        return NULL;
    snprintf(key, sizeof key, " %.*s ", (int)size, word);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(rows[i].names, key) != NULL)
            return &rows[i];
    return NULL;
}

/* "pt" stands in two rows: a bare tag means the one whose names go on with the language's own name. */
static const struct row *row_of_tag(const char *tag)
{
    size_t size = strcspn(tag, "-");
    const struct row *exact = strncmp(tag, "zh-han", 6) == 0 ? row_of(tag, 7) : row_of(tag, strlen(tag));

    if (tag[size] != '\0' && exact != NULL)
        return exact;
    for (size_t i = sizeof rows / sizeof *rows; i-- > 0;)
        if (strncmp(rows[i].names + 1, tag, size) == 0 && rows[i].names[1 + size] == ' ')
            return &rows[i];
    return exact;
}

/* Two or three letters, then parts of one to eight letters and digits. */
static bool is_tag(const char *name)
{
    size_t part = strspn(name, "abcdefghijklmnopqrstuvwxyz");

    if ((part != 2 && part != 3) || strlen(name) > 35)
        return false;
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): strspn stays within the text */
    for (name += part; *name == '-'; name += part) {
        name++;
        part = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (part == 0 || part > 8)
            return false;
    }
    return *name == '\0';
}

/* The customary capitals: es-MX, zh-Hant-TW. */
static void set_tag(char *to, size_t room, const char *tag)
{
    size_t start = 0;

    snprintf(to, room, "%.*s", (int)room - 1, tag);
    for (size_t i = 0; to[i] != '\0'; i++) {
        size_t part = strcspn(to + start, "-");
        bool capital = start > 0 && (part == 2 || (part == 4 && i == start));

        if (to[i] == '-')
            start = i + 1;
        else if (capital && to[i] >= 'a' && to[i] <= 'z')
            to[i] = (char)(to[i] - 'a' + 'A');
    }
}

/* The first word we know; but "Brazilian" and "Traditional" say more than the "Portuguese" and "Chinese"
 * beside them, and stand earlier in the table. */
static const struct row *row_of_words(const char *name)
{
    const struct row *best = NULL;

    while (*name != '\0') {
        size_t size = 0;
        const struct row *row;

        while (name[size] != '\0' && !stop(name[size]))
            size++;
        row = row_of(name, size);
        if (row != NULL && (best == NULL || (row < best && strncmp(row->names, best->names, 4) == 0)))
            best = row;
        name += size;
        while (stop(*name))
            name++;
    }
    return best;
}

void language_find(struct language *language, const char *name)
{
    const struct row *row;
    char lower[64];
    size_t size = 0;

    for (; name[size] != '\0' && size < sizeof lower - 1; size++)
        lower[size] = small(name[size]);
    lower[size] = '\0';
    *language = (struct language){.tag = ""};
    row = is_tag(lower) ? row_of_tag(lower) : row_of_words(lower);
    if (is_tag(lower) && strchr(lower, '-') != NULL)
        set_tag(language->tag, sizeof language->tag, lower);
    else if (row != NULL || is_tag(lower))
        snprintf(language->tag, sizeof language->tag, "%.35s", row != NULL ? row->tag : lower);
    if (row == NULL)
        row = &unknown;
    language->rtl = row->rtl;
    language->font = row->font;
    language->labels = labels_for(row->tag);
}

char *language_say(const struct language *language, enum label label, unsigned one, unsigned two)
{
    struct bytes text = {0};
    size_t size;

    for (const char *at = language->labels[label]; *at != '\0'; at++) {
        if (at[0] == '%' && (at[1] == '1' || at[1] == '2'))
            bytes_add_format(&text, "%u", *++at == '1' ? one : two);
        else
            bytes_add(&text, at, 1);
    }
    bytes_text(&text);
    return bytes_take(&text, &size);
}
