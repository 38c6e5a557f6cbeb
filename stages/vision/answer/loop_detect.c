/* loop_detect - see loop_detect.h */
#include "stages/vision/answer/loop_detect.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"

enum {
    MAX_PERIOD = 500,
    PHRASE = 12, /* bytes from which a period counts as a phrase */
    SENTENCE = 20,
    MIN_SENTENCES = 8
};

/* What a run of equal periods must at least be. */
struct measure {
    size_t copies, bytes;
};

static bool wordy(const char *text, size_t size)
{
    uint32_t first = 0, c;
    size_t step;

    for (size_t at = 0; at < size; at += step) {
        step = utf8_next(text + at, size - at, &c);
        if (step == 0) /* a period may begin in the middle of a character */
            step = 1;
        else if (char_is_letter(c) && first != 0 && c != first)
            return true;
        else if (char_is_letter(c))
            first = c;
    }
    return false;
}

static struct measure measure_of(const char *text, size_t period)
{
    if (!wordy(text, period)) /* dots, dashes, zeros */
        return (struct measure){200, 1200};
    return period >= PHRASE ? (struct measure){6, 180} : (struct measure){20, 300};
}

bool loop_detect_at_end(const char *text, size_t size)
{
    for (size_t period = 1; period <= MAX_PERIOD && 6 * period <= size; period++) {
        size_t run = 0;

        for (size_t i = 0; i + period < size; i++) {
            struct measure min;

            run = text[i] == text[i + period] ? run + 1 : 0;
            if (run < 5 * period || run + period < 180) /* below every measure */
                continue;
            min = measure_of(text + i + 1 - period, period);
            if (run + period >= min.bytes && run / period + 1 >= min.copies)
                return true;
        }
    }
    return false;
}

/* ---- the same sentences over and over ---- */

struct list {
    char **texts;
    size_t count;
};

static void keep(struct list *list, const char *text, size_t size)
{
    char *copy, *folded;

    if (size < SENTENCE)
        return;
    copy = need(size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    folded = fold(copy);
    free(copy);
    list->texts = need_more(list->texts, (list->count + 1) * sizeof *list->texts);
    list->texts[list->count++] = folded;
}

static void split(struct list *list, const char *text)
{
    size_t size = strlen(text), start = 0, step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (c == '\n' || char_ends_sentence(c)) {
            keep(list, text + start, at - start);
            start = at + step;
        }
    keep(list, text + start, size - start);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool loop_detect_among(const char *const *texts, size_t count)
{
    struct list list = {0};
    size_t different = 0;
    bool circles;

    for (size_t i = 0; i < count; i++)
        split(&list, texts[i]);
    if (list.count > 0)
        qsort(list.texts, list.count, sizeof *list.texts, by_text);
    for (size_t i = 0; i < list.count; i++)
        different += i == 0 || strcmp(list.texts[i - 1], list.texts[i]) != 0;
    circles = list.count >= MIN_SENTENCES && 3 * different <= list.count;
    for (size_t i = 0; i < list.count; i++)
        free(list.texts[i]);
    free(list.texts);
    return circles;
}

bool loop_detect_alike(const char *const *texts, size_t count)
{
    char *first = count < 3 ? NULL : fold(texts[0]);
    bool alike = first != NULL && *first != '\0';

    for (size_t i = 1; i < count && alike; i++) {
        char *other = fold(texts[i]);

        alike = strcmp(first, other) == 0;
        free(other);
    }
    free(first);
    return alike;
}
