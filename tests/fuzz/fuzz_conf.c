/* fuzz_conf - any bytes as a configuration file: loaded, or refused with a line per fault */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf/conf.h"
#include "proto/panic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig forgets the text read so far when a string has no end; a program reads its file once. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("conf", MFD_CLOEXEC);
    char *faults = NULL, path[32];
    size_t faults_size = 0;
    struct conf *conf;
    FILE *to;

    must(fd != -1 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    to = open_memstream(&faults, &faults_size);
    must(to != NULL);
    conf = conf_load(path, to);
    must(fclose(to) == 0);
    must((conf == NULL) == (faults_size > 0));
    conf_free(&conf);
    free(faults);
    close(fd);
    return 0;
}
