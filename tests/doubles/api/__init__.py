"""api - the parts of model.py, the strict stand-in for an OpenAI-compatible API

    shape     what a request must look like          picture   pictures: their checks, size and tokens
    ask       a checked request, and what it asks    answers   answers made from what was asked
    scenario  what goes wrong, and when              limits    rates, concurrency, quota
    tally     what was asked and what it cost        server    one call, from headers to answer
    batch     the same as files, later and cheaper
    peer      one HTTP connection
"""
