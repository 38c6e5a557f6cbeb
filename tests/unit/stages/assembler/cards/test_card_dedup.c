/* test_card_dedup - which cards ask nearly the same, in whatever language, and which only look alike */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/cards/card_dedup.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { OTHERS = 8 };

/* A lecture's questions, from which it is seen which words hold its sentences together. */
static const char *const english[OTHERS] = {
    "What is the role of a scheduler?",    "What does the loader do with a symbol?",
    "How does the kernel find a driver?",  "How are the sectors of a disk named?",
    "What is the purpose of a journal?",   "What are the parts of an inode?",
    "How does a watchdog find the fault?", "What is meant by the term thrashing?"};
static const char *const german[OTHERS] = {
    "Was ist die Aufgabe eines Planers?", "Was ist der Sinn eines Protokolls?",
    "Wie findet der Kern einen Treiber?", "Wie wird die Platte benannt?",
    "Was ist die Folge eines Fehlers?",   "Was ist der Zweck einer Marke?",
    "Wie wird der Fehler gefunden?",      "Was ist ein Wachhund?"};
static const char *const chinese[OTHERS] = {"调度器是什么？",     "日志的作用是什么？", "驱动是什么？",
                                            "扇区的编号是什么？", "节点由什么组成？",   "看门狗是什么？",
                                            "颠簸是什么？",       "符号的用途是什么？"};

static const char *const spanish[OTHERS] = {
    "¿Qué es el límite de la función?", "¿Qué es la derivada?",
    "¿Cuándo es continua la función?",  "¿Cuándo es par la función?",
    "¿Qué no es un número primo?",      "¿Por qué no es finita la suma?",
    "¿Cuándo no existe la integral?",   "¿Cuándo es la recta una tangente?"};

struct pair {
    const char *const *language;
    struct card one, two;
    bool alike;
};

#define CARD(front_, back_)                                                                                  \
    {                                                                                                        \
        .front = (front_), .back = (back_)                                                                   \
    }
#define CLOZE(front_, back_)                                                                                 \
    {                                                                                                        \
        .front = (front_), .back = (back_), .cloze = true                                                    \
    }

static const struct pair pairs[] = {
    /* the same, said otherwise */
    {english, CARD("What is a page table?", "A map from pages to frames."),
     CARD("What is the page table?", "The map from pages to frames"), true},
    {english, CARD("What do page tables map?", "Pages to frames."),
     CARD("What does a page table map?", "It maps pages to frames."), true},
    {english, CARD("How is the TLB used?", "It caches translations of pages."),
     CARD("What is the TLB used for?", "To cache translations of pages."),
     false}, /* "for" is not known to hold together */
    {german, CARD("Was ist eine Seitentabelle?", "Eine Abbildung von Seiten auf Rahmen."),
     CARD("Was ist die Seitentabelle?", "Die Abbildung von Seiten auf Rahmen."), true},
    {chinese, CARD("页表是什么？", "从页到帧的映射。"), CARD("什么是页表？", "页到帧的映射。"), true},
    {english, CLOZE("A {{c1::page}} is mapped to a frame.", ""),
     CLOZE("The {{c1::page}} is mapped to the frame.", "see above"), true},

    /* another number, sign, name or word is another question */
    {english, CARD("What is the size of page 1?", "4 KiB"), CARD("What is the size of page 2?", "4 KiB"),
     false},
    {english, CARD("What does a page table map?", "4 pages to frames."),
     CARD("What does the page table map?", "8 pages to frames."), false},
    {english, CARD("What is the sum for x + 1?", "It is even."),
     CARD("What is the sum for x - 1?", "It is even."), false},
    {english, CARD("What is \\(a^2\\) here?", "The area."), CARD("What is \\(b^2\\) here?", "The area."),
     false},
    {english, CARD("Which layer does TCP belong to?", "The transport layer."),
     CARD("Which layer does UDP belong to?", "The transport layer."), false},
    {english, CARD("What is C used for?", "Systems."), CARD("What is C++ used for?", "Systems."), false},
    {english, CARD("What is the page table?", "A map from pages to frames."),
     CARD("What is the page directory?", "A map from pages to frames."), false},
    {english, CARD("What does a client send to the server?", "A message."),
     CARD("What does a server send to the client?", "A message."), false},
    {german, CARD("Was ist der Hauptspeicher?", "Ein Speicher."),
     CARD("Was ist der Nebenspeicher?", "Ein Speicher."), false},
    {chinese, CARD("页表是什么？", "从页到帧的映射。"), CARD("页框是什么？", "从页到帧的映射。"), false},
    {english, CARD("What is \xce\xb1?", "A rate."), CARD("What is \xce\xb2?", "A rate."), false},

    {english, CARD("What is the charge of Fe²⁺?", "It is positive."),
     CARD("What is the charge of Fe³⁺?", "It is positive."), false},
    {english, CARD("What is SO₂?", "An oxide of sulphur."), CARD("What is SO₃?", "An oxide of sulphur."),
     false},
    {english, CARD("What does cp do?", "It copies a file from one folder to another."),
     CARD("What does mv do?", "It moves a file from one folder to another."), false},
    {english, CARD("When does jg jump?", "It jumps if the first operand is greater."),
     CARD("When does jl jump?", "It jumps if the first operand is smaller."), false},
    {english, CARD("What is its part along x?", "F cos θ"), CARD("What is its part along y?", "F sin θ"),
     false},
    {spanish, CARD("¿Cuándo converge la serie?", "Cuando la razón es menor que uno."),
     CARD("¿Cuándo no converge la serie?", "Cuando la razón no es menor que uno."), false},
    {spanish, CARD("¿Cuándo converge la serie?", "Cuando la razón es menor que uno."),
     CARD("¿Cuándo converge una serie?", "Si la razón es menor que uno."), false},

    /* the same question with another answer; another gap of the same sentence */
    {english, CARD("What is a page table?", "A map from pages to frames."),
     CARD("What is the page table?", "Kept by the kernel, one each process."), false},
    {english, CARD("How does a page move?", "It is swapped."),
     CARD("How is the page moved?", "It is swapped."), false},
    {english, CLOZE("A {{c1::page}} is mapped to a frame.", ""),
     CLOZE("A page is mapped to a {{c1::frame}}.", ""), false},
    {english, CLOZE("The {{c1::page}} is mapped.", ""), CLOZE("A {{c1::frame}} is mapped.", ""), false},
    {english, CARD("The page is mapped to what?", "frame"),
     CLOZE("The page is mapped to {{c1::frame}}.", "frame"), false},

    /* nothing but words that hold together */
    {english, CARD("What is it?", "A page."), CARD("How is it?", "A page."), false},
};

static size_t left(const struct pair *pair)
{
    struct card others[OTHERS], first[] = {pair->one}, last[] = {pair->two};
    struct answer answers[] = {{.title = "", .cards = others, .card_count = OTHERS},
                               {.title = "Memory", .cards = first, .card_count = 1},
                               {.title = "More of it", .cards = last, .card_count = 1}};
    struct slide slides[] = {{.answer = &answers[0]}, {.answer = &answers[1]}, {.answer = &answers[2]}};
    struct lecture lecture = {.slides = slides, .slide_count = 3};
    char backs[OTHERS][16];

    for (size_t i = 0; i < OTHERS; i++) {
        snprintf(backs[i], sizeof backs[i], "answer %zu", i);
        others[i] = (struct card){.front = pair->language[i], .back = backs[i]};
    }
    card_dedup(&lecture);
    assert_int_equal(answers[0].card_count, OTHERS);
    assert_int_equal(answers[2].card_count, 1); /* the last one stays */
    return answers[1].card_count;
}

static void what_asks_nearly_the_same_is_asked_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        if (left(&pairs[i]) != !pairs[i].alike)
            fail_msg("%s / %s: %s", pairs[i].one.front, pairs[i].two.front,
                     pairs[i].alike ? "not seen to be alike" : "taken to be alike");
    }
}

/* Of several alike the last one stays, but for one that the overview has taken away. */
static void one_of_all_stays(void **state)
{
    enum { SLIDES = 10 };

    (void)state;
    for (size_t gone = 0; gone <= SLIDES; gone++) {
        struct card cards[SLIDES];
        struct answer answers[SLIDES];
        struct slide slides[SLIDES] = {0};
        struct lecture lecture = {.slides = slides, .slide_count = SLIDES};

        for (size_t i = 0; i < SLIDES; i++) {
            cards[i] = (struct card)CARD(i % 2 == 0 ? "What is of a journal?" : "What of the journal is it?",
                                         "The log of all changes.");
            cards[i].left_out = i == gone;
            answers[i] = (struct answer){.title = "Journals", .cards = &cards[i], .card_count = 1};
            slides[i].answer = &answers[i];
        }
        card_dedup(&lecture);
        for (size_t i = 0; i < SLIDES; i++)
            assert_int_equal(answers[i].card_count, i == (gone == SLIDES - 1 ? SLIDES - 2 : SLIDES - 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_asks_nearly_the_same_is_asked_once),
        cmocka_unit_test(one_of_all_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
