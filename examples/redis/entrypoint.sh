#!/bin/sh
# As root: gives the volume to redis, then becomes it. Anything else is run as it is.
set -e
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown redis:redis /data
  exec setpriv --reuid redis --regid redis --clear-groups -- "$@"
fi
exec "$@"
