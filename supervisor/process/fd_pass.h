/* fd_pass - hands an open descriptor to another process through a pair of connected UNIX sockets (unix(7),
 * SCM_RIGHTS)
 *
 * A descriptor that was sent and not received yet stays open in the socket's queue, also when its sender has
 * died.
 */
#ifndef SUPERVISOR_FD_PASS_H
#define SUPERVISOR_FD_PASS_H

/* pair[0] stays, pair[1] is for the other process; both are closed by exec. 0, or -1 with errno. */
int fd_pass_pair(int pair[2]);

/* Sends a descriptor, which stays open here. 0, or -1 with errno. */
int fd_pass_send(int end, int fd);

/* The descriptor that was sent first, closed by exec, which the caller owns; -1: none waits there. Does not
 * block. */
int fd_pass_receive(int end);

#endif
