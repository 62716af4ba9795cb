#!/bin/sh
# Renders the PNG icons from the drawing with a headless Chromium. Run it in static/icons after a change of icon.svg.
set -eu
shot() { # name size html
  printf '<!doctype html><style>*{margin:0}html{background:transparent}svg{display:block}</style>%s' "$3" > "$1.html"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --window-size="$2,$2" --screenshot="$PWD/$1.png" "file://$PWD/$1.html" >/dev/null 2>&1
  rm "$1.html"
}
sized() { sed "s|<svg |<svg width=\"$1\" height=\"$1\" |" icon.svg; }
shot icon-192 192 "$(sized 192)"
shot icon-512 512 "$(sized 512)"
shot icon-maskable-512 512 "<div style='width:512px;height:512px;background:#0a665f;display:grid;place-items:center'>$(sized 420)</div>"
