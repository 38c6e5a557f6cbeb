/* model_error - what an HTTP error of the model API means, and what to do about it
 *
 * Pure, one table: status and what the body says in, meaning out; a second one gives each meaning its deed
 * and our code.
 * Sources: the API's error guide, https://platform.openai.com/docs/guides/error-codes; those of Anthropic,
 * Gemini, Bedrock, Groq, OpenRouter; and what vLLM, llama.cpp, llama-cpp-python, Ollama, LM Studio, TGI,
 * SGLang and LiteLLM send (tests/data/answers).
 */
#ifndef STAGES_VISION_MODEL_MODEL_ERROR_H
#define STAGES_VISION_MODEL_MODEL_ERROR_H

#include <stdbool.h>

#include "proto/codes.h"
#include "stages/vision/model/error_body.h"

enum deed {
    DEED_DONE,    /* an answer */
    DEED_AGAIN,   /* ask again after a while */
    DEED_QUEUED,  /* it timed out in a queue of our making: ask again, no try is charged */
    DEED_SLOWER,  /* ask again, all calls slower */
    DEED_LONGER,  /* the answer was cut: ask again with more room */
    DEED_REASK,   /* the answer has its form and is of no use */
    DEED_RESHAPE, /* the answer was not the JSON asked for: ask again, if need be in another dialect */
    DEED_REWRITE, /* the endpoint takes another dialect, or there is another endpoint: ask again at once */
    DEED_PLAIN,   /* its picture is more than the endpoint takes: ask without it */
    DEED_SLIDE,   /* in vain for this slide */
    DEED_ALL,     /* in vain for every slide: key, model or money */
};

enum meaning {
    MEANS_NOTHING, /* there was no error */
    MEANS_KEY,
    MEANS_MONEY,
    MEANS_MODEL,     /* there is no such model (or no such path) */
    MEANS_FILTER,    /* what was asked is against its rules */
    MEANS_FORMAT,    /* it does not take this response_format */
    MEANS_TOKENS,    /* it does not know this name of the token limit */
    MEANS_CAP,       /* it does not write so many tokens */
    MEANS_CONTEXT,   /* what was asked and may be answered are more than its context holds */
    MEANS_SHARED,    /* its context is full of others' calls */
    MEANS_SYSTEM,    /* it takes no message of the role system */
    MEANS_BLIND,     /* it takes no pictures */
    MEANS_LARGE,     /* not so large ones */
    MEANS_LOADING,   /* its model is not loaded yet */
    MEANS_BUSY,      /* overloaded, for every client */
    MEANS_RATE,      /* we ask more often than we may */
    MEANS_TIMEOUT,   /* a gateway gave up waiting for it */
    MEANS_DOWN,      /* passing trouble of its own */
    MEANS_CUT,       /* its own parser met an answer that was cut */
    MEANS_SHAPELESS, /* its own check found the model's answer to be no JSON */
    MEANS_ADDRESS,   /* nobody takes calls at this URL */
    MEANS_VAGUE,     /* something in the request, and it does not say what */
    MEANS_REQUEST,   /* something else in the request */
    MEANINGS
};

enum meaning model_error_find(long status, const struct error_said *said);

/* should_retry: the x-should-retry header, 1 true, 0 false, -1 absent. */
enum deed model_error_deed(enum meaning meaning, int should_retry, enum code *code);

#endif
