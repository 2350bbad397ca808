#ifndef SEPAL_CMPI_SHIM_H
#define SEPAL_CMPI_SHIM_H

// MPI's handles are macros that cast, which Swift doesn't see. Errors are fatal, as MPI has it by default: it says what is
// wrong and ends all processes.

#if __has_include(<mpi/mpi.h>)
#include <mpi/mpi.h>
#else
#include <mpi.h>
#endif
#include <stdint.h>

// Starts MPI, of which one thread at a time will make use.
// Returns whether it allows for that.
static inline int sepal_mpi_start(void) {
    int provided = 0;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    return provided >= MPI_THREAD_SERIALIZED;
}

static inline int sepal_mpi_rank(void) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

static inline int sepal_mpi_size(void) {
    int size = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

// The number of processes on this machine.
static inline int sepal_mpi_neighbors(void) {
    MPI_Comm machine;
    int size = 1;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &size);
    MPI_Comm_free(&machine);
    return size;
}

static inline int32_t sepal_mpi_least(int32_t value) {
    int32_t least = value;
    MPI_Allreduce(&value, &least, 1, MPI_INT32_T, MPI_MIN, MPI_COMM_WORLD);
    return least;
}

static inline void sepal_mpi_broadcast(void *bytes, int count, int from) {
    MPI_Bcast(bytes, count, MPI_BYTE, from, MPI_COMM_WORLD);
}

static inline void sepal_mpi_send(const void *bytes, int count, int to, int tag) {
    MPI_Send(bytes, count, MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

// Whether a message waits, from which process, of which kind, and of how many bytes.
static inline int sepal_mpi_waiting(int *from, int *tag, int *count) {
    MPI_Status status;
    int waits = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &waits, &status);
    if (waits) {
        *from = status.MPI_SOURCE;
        *tag = status.MPI_TAG;
        MPI_Get_count(&status, MPI_BYTE, count);
    }
    return waits;
}

static inline void sepal_mpi_receive(void *bytes, int count, int from, int tag) {
    MPI_Recv(bytes, count, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static inline void sepal_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
static inline void sepal_mpi_end(void) { MPI_Finalize(); }

#endif
