#!/bin/sh
# What a program sees of a request.
printf 'Content-Type: text/plain\r\n\r\n'
echo "method=$REQUEST_METHOD"
echo "query=$QUERY_STRING"
echo "owner=${SITE_OWNER:-nobody}"
