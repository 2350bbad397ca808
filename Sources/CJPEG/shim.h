#ifndef SEPAL_CJPEG_SHIM_H
#define SEPAL_CJPEG_SHIM_H
#include <turbojpeg.h>
#endif
