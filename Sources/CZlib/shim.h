#ifndef SEPAL_CZLIB_SHIM_H
#define SEPAL_CZLIB_SHIM_H
#include <zlib.h>
#endif
