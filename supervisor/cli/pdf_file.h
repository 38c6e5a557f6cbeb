/* pdf_file - the PDF named on the command line, opened and checked before anything starts */
#ifndef CLI_PDF_FILE_H
#define CLI_PDF_FILE_H

#include <stddef.h>
#include <stdint.h>

struct pdf_file {
    int fd; /* -1: not open */
    size_t size;
    char name[256]; /* base name as printable UTF-8, for the message and the documents */
    char *stem;     /* base name without .pdf, as on disk: the default folder for the results */
};

/* Opens path and checks its type, its size (at most max_bytes) and that it is a PDF at first sight
 * (pdf_sniff.h). Returns EXIT_DONE; EXIT_NOINPUT if it cannot be read; EXIT_DATA if it is too large or no
 * PDF: both after printing why. pdf_file_close() is due in any case. */
int pdf_file_open(struct pdf_file *pdf, const char *path, int64_t max_bytes);
void pdf_file_close(struct pdf_file *pdf);

#endif
