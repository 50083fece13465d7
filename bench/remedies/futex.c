/* Two threads and a pair of futexes: seconds per round trip, one line a turn.
 *
 * Usage: futex TURNS MILLISECONDS
 *
 * The answering thread sleeps until `there` is set and sets `back`; the asking thread sets `there`
 * and sleeps until `back` is set. Neither ever spins: each round trip is two wakes and two waits.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BATCH 100

static atomic_int there, back;

static void wait_for(atomic_int *word)
{
    while (atomic_exchange(word, 0) == 0)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void set(atomic_int *word)
{
    atomic_store(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *answer(void *unused)
{
    (void)unused;
    for (;;) {
        wait_for(&there);
        set(&back);
    }
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void round_trips(int number)
{
    for (int done = 0; done < number; done++) {
        set(&there);
        wait_for(&back);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;

    int turns = atoi(argv[1]);
    double seconds = atof(argv[2]) * 1e-3;
    pthread_t answering;
    if (pthread_create(&answering, NULL, answer, NULL) != 0)
        return 1;

    round_trips(BATCH);
    for (int turn = 0; turn < turns; turn++) {
        long done = 0;
        double start = now(), elapsed = 0;
        while (elapsed < seconds) {
            round_trips(BATCH);
            done += BATCH;
            elapsed = now() - start;
        }
        printf("%.12f\n", elapsed / (double)done);
    }
    return 0;
}
