/* fd_pass - see fd_pass.h */
#include "supervisor/process/fd_pass.h"

#include <string.h>
#include <sys/socket.h>

/* One descriptor beside one byte: Linux passes none without data. */
struct parcel {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    char byte;
    struct iovec data;
    struct msghdr message;
};

static void parcel_init(struct parcel *parcel)
{
    memset(parcel, 0, sizeof *parcel);
    parcel->data = (struct iovec){.iov_base = &parcel->byte, .iov_len = 1};
    parcel->message = (struct msghdr){.msg_iov = &parcel->data,
                                      .msg_iovlen = 1,
                                      .msg_control = parcel->control,
                                      .msg_controllen = sizeof parcel->control};
}

int fd_pass_pair(int pair[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

int fd_pass_send(int end, int fd)
{
    struct parcel parcel;
    struct cmsghdr *header;

    parcel_init(&parcel);
    header = CMSG_FIRSTHDR(&parcel.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(end, &parcel.message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int fd_pass_receive(int end)
{
    struct parcel parcel;
    const struct cmsghdr *header;
    int fd = -1;

    parcel_init(&parcel);
    if (recvmsg(end, &parcel.message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
        return -1;
    header = CMSG_FIRSTHDR(&parcel.message);
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}
