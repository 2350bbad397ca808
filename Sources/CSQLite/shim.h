#ifndef SEPAL_CSQLITE_SHIM_H
#define SEPAL_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift can't call sqlite3_db_config, which is variadic.

/// Takes from a connection what no run file needs and a hostile one could use. Returns SQLite's code.
static inline int sepal_sqlite_defend(sqlite3 *database) {
    int code = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (code == SQLITE_OK) code = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    if (code == SQLITE_OK) code = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
    if (code == SQLITE_OK) code = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
    return code;
}

#endif
