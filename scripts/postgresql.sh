#!/bin/sh
# Install PostgreSQL from Debian when running as root, for the tests of the store. Never fails: those tests are left out
# where there is no server, and this says so. The tests start a server of their own; the one that Debian starts is not used.
found() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1
fi
found || echo "No PostgreSQL here: the tests of the store run on SQLite only."
exit 0
