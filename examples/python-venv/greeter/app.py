"""Greets whoever asks."""

import sys

import bottle

app = bottle.Bottle()


@app.get("/")
def index():
    return {"service": "greeter", "venv": sys.prefix != sys.base_prefix}


@app.get("/greet/<name>")
def greet(name):
    return {"greeting": f"Hello {name}"}


def main():
    app.run(host="0.0.0.0", port=8000)
