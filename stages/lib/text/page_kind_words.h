/* page_kind_words - what slides that do not teach are called; folded (stages/lib/text/fold.h), a bar before
 * and after
 *
 * Only whole titles count, so a word stands here only if a slide of that name hardly ever teaches.
 */
#ifndef STAGES_LIB_TEXT_PAGE_KIND_WORDS_H
#define STAGES_LIB_TEXT_PAGE_KIND_WORDS_H

static const char agenda_words[] =
    "|agenda|outline|table of contents|contents|today s agenda|today s plan|today s outline|lecture outline|"
    "outline of the lecture|outline of this lecture|outline of the talk|outline of this talk|talk outline|"
    "plan for today|plan of the lecture|lecture plan|today s lecture|todays lecture|what we will cover|"
    "what we will cover today|outline for today|topics for today|today s topics|"
    "índice|indice|contenido|contenidos|tabla de contenidos|tabla de contenido|temario|orden del día|"
    "contenido de la clase|índice de contenidos|esquema de la clase|"
    "plan|sommaire|table des matières|plan du cours|ordre du jour|plan de l exposé|plan de la présentation|"
    "gliederung|inhalt|inhaltsverzeichnis|inhaltsübersicht|tagesordnung|ablauf|gliederung der vorlesung|"
    "inhalt der vorlesung|"
    "sommario|scaletta|argomenti|contenuti|ordine del giorno|indice della lezione|argomenti della lezione|"
    "sumário|sumario|conteúdo|conteúdos|roteiro|pauta|conteúdo programático|ordem do dia|"
    "inhoud|inhoudsopgave|inhoud van de les|"
    "spis treści|plan wykładu|plan prezentacji|plan zajęć|"
    "содержание|оглавление|план|план лекции|план презентации|повестка дня|"
    "目录|目錄|大纲|大綱|提纲|提綱|内容提要|议程|議程|目次|内容大纲|本章内容|本节内容|今日内容|课程大纲|"
    "主要内容|报告提纲|内容提纲|目录 contents|目录 content|contents 目录|"
    "アジェンダ|本日の内容|今日の内容|本日の流れ|今日の流れ|講義の流れ|講義の内容|本日の予定|"
    "목차|차례|강의 개요|강의 목차|오늘의 내용|순서|"
    "جدول المحتويات|المحتويات|الفهرس|فهرس المحتويات|جدول الأعمال|محتويات المحاضرة|"
    "i̇çindekiler|İçindekiler|içindekiler|gündem|ajanda|ders planı|sunum planı|içerik|İçerik|i̇çerik|";

/* A slide of few words one line of which says this is over. */
static const char thanks_words[] =
    "|thank you|thanks|thank you very much|thanks for your attention|thank you for your attention|"
    "thank you for listening|thanks for listening|thank you all|thank you questions|thanks questions|"
    "thanks any questions|thank you any questions|many thanks|the end|"
    "gracias|muchas gracias|gracias por su atención|gracias por vuestra atención|gracias por la atención|"
    "muchas gracias por su atención|"
    "merci|merci beaucoup|merci de votre attention|merci pour votre attention|"
    "danke|vielen dank|danke schön|danke für ihre aufmerksamkeit|danke für die aufmerksamkeit|"
    "danke für eure aufmerksamkeit|vielen dank für ihre aufmerksamkeit|vielen dank für die aufmerksamkeit|"
    "vielen dank für eure aufmerksamkeit|herzlichen dank|"
    "grazie|grazie mille|grazie per l attenzione|grazie per la vostra attenzione|grazie dell attenzione|"
    "obrigado|obrigada|muito obrigado|muito obrigada|obrigado pela atenção|obrigada pela atenção|"
    "obrigado pela vossa atenção|"
    "bedankt|dank u wel|bedankt voor uw aandacht|bedankt voor jullie aandacht|dank voor uw aandacht|"
    "dziękuję|dziękujemy|dziękuję za uwagę|dziękujemy za uwagę|dziękuję bardzo|"
    "спасибо|спасибо за внимание|благодарю за внимание|благодарим за внимание|"
    "谢谢|謝謝|谢谢大家|謝謝大家|谢谢各位|谢谢观看|谢谢聆听|感谢聆听|感谢观看|感谢大家|谢谢您的聆听|"
    "ありがとうございました|ご清聴ありがとうございました|ご静聴ありがとうございました|ありがとうございます|"
    "감사합니다|고맙습니다|경청해 주셔서 감사합니다|들어주셔서 감사합니다|"
    "شكرا|شكراً|شكرا لكم|شكراً لكم|شكرا لحسن استماعكم|شكراً لحسن استماعكم|شكرا على حسن استماعكم|"
    "teşekkürler|teşekkür ederim|teşekkür ederiz|dinlediğiniz için teşekkürler|"
    "dinlediğiniz için teşekkür ederim|beni dinlediğiniz için teşekkürler|";

/* So does this, if the slide says nothing else. */
static const char end_words[] =
    "|questions|any questions|question|q a|questions and answers|questions comments|end|fin|"
    "preguntas|alguna pregunta|dudas|dudas o preguntas|fin de la clase|"
    "des questions|avez vous des questions|vos questions|questions réponses|"
    "fragen|noch fragen|gibt es fragen|gibt es noch fragen|ende|fragen und antworten|"
    "domande|ci sono domande|fine|perguntas|alguma pergunta|dúvidas|fim|"
    "vragen|zijn er vragen|einde|pytania|jakieś pytania|koniec|вопросы|ваши вопросы|есть вопросы|конец|"
    "提问|问答|问题|有问题吗|讨论|结束|完|質問|質疑応答|ご質問|終わり|おわり|以上|終|"
    "질문|질의응답|질문 있나요|끝|أسئلة|الأسئلة|النهاية|هل من أسئلة|sorular|sorularınız|sorusu olan|son|";

/* Before a number they begin a part. */
static const char part_words[] =
    "|part|chapter|section|unit|module|lecture|lesson|teil|kapitel|abschnitt|modul|vorlesung|lektion|einheit|"
    "parte|capítulo|sección|unidad|módulo|tema|lección|partie|chapitre|séance|leçon|capitolo|sezione|lezione|"
    "seção|secção|unidade|aula|deel|hoofdstuk|les|część|rozdział|wykład|часть|глава|раздел|лекция|"
    "第|제|الفصل|الجزء|الباب|bölüm|kısım|ders|ünite|";

/* Words of title pages beside the title. */
static const char title_words[] =
    "|university|universität|universidad|université|università|universidade|universiteit|uniwersytet|"
    "университет|üniversitesi|college|institute|institut|instituto|istituto|department|departamento|"
    "département|dipartimento|fakultät|facultad|faculté|faculty|hochschule|school|prof|professor|"
    "lecturer|dozent|lecture|vorlesung|course|curso|cours|corso|workshop|seminar|presented|author|"
    "大学|大學|学院|教授|讲师|대학교|교수|جامعة|";

#endif
