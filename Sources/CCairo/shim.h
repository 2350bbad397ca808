#ifndef SEPAL_CCAIRO_SHIM_H
#define SEPAL_CCAIRO_SHIM_H
#include <cairo/cairo-pdf.h>
#include <cairo/cairo.h>
#endif
