#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""httpd.py ADDRESS PORT DIRECTORY: GET reads a file there, PUT writes one."""

import http.server
import os
import shutil
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    """One request, one file."""

    protocol_version = "HTTP/1.1"

    def path_of(self):
        return os.path.join(sys.argv[3], os.path.basename(self.path))

    def do_GET(self):
        with open(self.path_of(), "rb") as file:
            self.send_response(200)
            self.send_header("Content-Length", os.fstat(file.fileno()).st_size)
            self.end_headers()
            shutil.copyfileobj(file, self.wfile, 1 << 18)

    def do_PUT(self):
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        left = int(self.headers["Content-Length"])
        with open(self.path_of(), "wb") as file:
            while left:
                data = self.rfile.read(min(left, 1 << 18))
                if not data:
                    return
                file.write(data)
                left -= len(data)
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])),
                                Handler).serve_forever()
