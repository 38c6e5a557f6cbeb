/* tesseract - see tesseract.h */
#include "stages/vision/text/tesseract.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "proto/log.h"

bool tesseract_lacks(const char *what)
{
    log_warn(ocr_unavailable, log_str("reason", what));
    return false;
}

bool tesseract_load(struct tesseract *tesseract)
{
    void *library;

    setenv("OMP_THREAD_LIMIT", "1", 1); /* read when the library is loaded; we are one process of many */
    library = dlopen("libtesseract.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL)
        return tesseract_lacks("libtesseract.so.5 is not installed");
#define CALL(name)                                                                                           \
    *(void **)(&tesseract->name##_) = dlsym(library, #name);                                                 \
    if (tesseract->name##_ == NULL)                                                                          \
        return tesseract_lacks(#name " is missing from libtesseract.so.5");
#include "stages/vision/text/tesseract_calls.def"
#undef CALL
    tesseract->setMsgSeverity_(L_SEVERITY_NONE);
    return true;
}
