#!/bin/sh
# Turns pages into HTML: page.sh FROM TO
set -eu
mkdir -p "$2"
for page in "$1"/*.md; do
  name=$(basename "$page" .md)
  { echo "<!doctype html><title>$name</title>"; cmark "$page"; } > "$2/$name.html"
done
