// The two routines of LAPACK that are used, as Fortran exports them: every LAPACK has them under these names, Apple's
// Accelerate included, and its C interface is a package of its own.
#ifndef SEPAL_LAPACK_H
#define SEPAL_LAPACK_H

#include <stddef.h>

/// Cholesky factorisation of a symmetric matrix, column by column; `info` > 0 where it isn't positive definite.
void dpotrf_(const char *triangle, const int *order, double *matrix, const int *stride, int *info, size_t length);

/// Solves with a factor of `dpotrf_` for several right sides at once.
void dpotrs_(const char *triangle, const int *order, const int *sides, const double *matrix, const int *stride,
             double *right, const int *right_stride, int *info, size_t length);

#endif
