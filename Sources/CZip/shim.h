#ifndef SEPAL_CZIP_SHIM_H
#define SEPAL_CZIP_SHIM_H
#include <zip.h>
#endif
