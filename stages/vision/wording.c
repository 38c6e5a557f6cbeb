/* wording - see wording.h */
#include "stages/vision/wording.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The first row is the one for languages that have none. */
static const struct wording rows[] = {
    {" en english ",
     {"What is \"", "\"?"},
     {"What are the main points of \"", "\"?"},
     "This slide is a picture without readable text.",
     {"Before this in the lecture: \"", "\"."},
     {"After this: \"", "\"."},
     " "},
    {" es spanish español espanol castellano ",
     {"¿Qué es «", "»?"},
     {"¿Cuáles son los puntos principales de «", "»?"},
     "Esta diapositiva es una imagen sin texto legible.",
     {"Antes en la lección: «", "»."},
     {"Después: «", "»."},
     " "},
    {" de german deutsch ",
     {"Was ist „", "“?"},
     {"Was sind die wichtigsten Punkte zu „", "“?"},
     "Diese Folie ist ein Bild ohne lesbaren Text.",
     {"Davor in der Vorlesung: „", "“."},
     {"Danach: „", "“."},
     " "},
    {" fr french français francais ",
     {"Qu’est-ce que « ", " » ?"},
     {"Quels sont les points principaux de « ", " » ?"},
     "Cette diapositive est une image sans texte lisible.",
     {"Avant, dans le cours : « ", " »."},
     {"Ensuite : « ", " »."},
     " "},
    {" it italian italiano ",
     {"Che cos’è «", "»?"},
     {"Quali sono i punti principali di «", "»?"},
     "Questa diapositiva è un’immagine senza testo leggibile.",
     {"Prima, nella lezione: «", "»."},
     {"Dopo: «", "»."},
     " "},
    {" pt portuguese português portugues ",
     {"O que é «", "»?"},
     {"Quais são os pontos principais de «", "»?"},
     "Este diapositivo é uma imagem sem texto legível.",
     {"Antes, na aula: «", "»."},
     {"Depois: «", "»."},
     " "},
    {" ja japanese 日本語 ",
     {"「", "」とは何ですか。"},
     {"「", "」の要点は何ですか。"},
     "このスライドは読み取れる文字のない画像です。",
     {"講義のこの前:「", "」。"},
     {"この後:「", "」。"},
     ""},
    {" zh chinese 中文 汉语 漢語 mandarin ",
     {"什么是“", "”？"},
     {"“", "”的要点有哪些？"},
     "这张幻灯片是没有可读文字的图片。",
     {"课程中在此之前：“", "”。"},
     {"之后：“", "”。"},
     ""},
};

/* " word " of the language's first word in small letters; a tag's region ("es-MX") is left off. */
static void first_word(char *to, size_t room, const char *language)
{
    size_t size;

    language += strspn(language, " \t");
    size = strcspn(language, " \t-_(,");
    if (size > room - 3)
        size = room - 3;
    snprintf(to, room, " %.*s ", (int)size, language);
    for (char *c = to; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
}

const struct wording *wording_find(const char *language)
{
    char word[64];

    first_word(word, sizeof word, language);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && word[1] != ' '; i++)
        if (strstr(rows[i].names, word) != NULL)
            return &rows[i];
    return &rows[0];
}
