/* main - slidemill-courier: fetches, stores and notifies, see courier.h */
#include "stages/courier/courier.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &courier_ops);
}
