/* http_rig - see http_rig.h */
#include "tests/system/http_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "proto/clock.h"

void server_start(struct server *server, const char *cert, const char *key, const char *const *options)
{
    char *argv[16] = {"python3", "tests/doubles/tls.py", "--cert", (char *)(uintptr_t)cert,
                      "--key",   (char *)(uintptr_t)key};
    int ends[2];
    FILE *told;

    for (int i = 6; *options != NULL; options++)
        argv[i++] = (char *)(uintptr_t)*options;
    assert_int_equal(pipe(ends), 0);
    server->pid = fork();
    assert_true(server->pid != -1);
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a row that fails does not come to stop it */
        dup2(ends[1], STDOUT_FILENO);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    told = fdopen(ends[0], "r");
    assert_non_null(told);
    assert_non_null(fgets(server->url, sizeof server->url, told));
    fclose(told);
    server->url[strcspn(server->url, "\n")] = '\0';
}

void server_stop(struct server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

void speaker_start(struct server *server, void (*serve)(int fd))
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    server->pid = fork();
    assert_true(server->pid != -1);
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGCHLD, SIG_IGN);
        while ((fd = accept(listener, NULL, NULL)) != -1) {
            if (fork() == 0)
                serve(fd);
            close(fd);
        }
        _exit(0);
    }
    close(listener);
}

void tally_count(void *arg, const struct http_answer *answer)
{
    struct tally *tally = arg;

    tally->done++;
    tally->last = answer->curl;
    tally->good += answer->curl == CURLE_OK && answer->status == 200;
    snprintf(tally->text, sizeof tally->text, "%s", answer->body);
}

void turn_until(struct http_client *net, const struct tally *tally, unsigned done)
{
    int64_t until = clock_monotonic_ms() + PATIENCE_MS;

    while (tally->done < done) {
        struct pollfd fd = {.fd = http_client_fd(net), .events = POLLIN};
        int wait = http_client_turn(net);

        if (clock_monotonic_ms() > until)
            fail_msg("%u of %u answered", tally->done, done);
        if (tally->done < done)
            poll(&fd, 1, wait == -1 || wait > 1000 ? 1000 : wait);
    }
}
