#!/bin/sh
# The first process of a container ignores signals that it does not handle: with
# this trap it stops at once when it is asked to.
trap 'exit 0' TERM INT
echo "serving $(pwd) on port ${PORT}"
httpd -f -v -p "${PORT}" -h /www &
wait $!
