"""POST /jobs takes a text, GET /jobs/ID answers with it reversed once the worker was there."""

import http.server
import json

from jobs import spool


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(202, {"job": spool.submit(text)})

    def do_GET(self):
        try:
            result = spool.result(self.path.removeprefix("/jobs/"))
        except ValueError:
            self.answer(404, {"error": "no such job"})
        else:
            self.answer(200, {"result": result})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
