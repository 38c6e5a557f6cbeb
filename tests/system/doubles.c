/* doubles - see doubles.h */
#include "tests/system/doubles.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

pid_t program_start(char *const argv[], const char *const *env, int *out)
{
    int ends[2] = {-1, -1};
    pid_t pid;

    if (out != NULL)
        assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid != -1);
    if (pid == 0) {
        if (out != NULL)
            dup2(ends[1], STDOUT_FILENO);
        for (; env != NULL && *env != NULL; env++)
            putenv((char *)(uintptr_t)*env);
        execvp(argv[0], argv);
        _exit(127);
    }
    if (out != NULL) {
        close(ends[1]);
        *out = ends[0];
    }
    return pid;
}

pid_t double_start(char *const argv[], char url[64])
{
    int out;
    pid_t pid = program_start(argv, NULL, &out);
    FILE *told = fdopen(out, "r");

    assert_non_null(told);
    assert_non_null(fgets(url, 64, told)); /* the whole line, even if it comes in pieces */
    assert_int_equal(url[strlen(url) - 1], '\n');
    url[strlen(url) - 1] = '\0';
    fclose(told);
    return pid;
}

void double_stop(pid_t *pid)
{
    if (*pid > 0) {
        kill(*pid, SIGKILL);
        waitpid(*pid, NULL, 0);
    }
    *pid = 0;
}

static size_t keep(char *data, size_t size, size_t count, void *arg)
{
    return fwrite(data, size, count, (FILE *)arg);
}

char *plain_http(const char *url, const char *post, long *status, size_t *size)
{
    CURL *curl = curl_easy_init();
    char *text = NULL;
    FILE *out = open_memstream(&text, size);

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    if (post != NULL)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    fclose(out);
    return text;
}
