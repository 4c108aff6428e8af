"""A steward served over HTTP with nothing but the standard library; the same can be done in any language.

python examples/http_steward.py 8800
gyges run http://127.0.0.1:8800/steward --rung 2
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def decide(observation: dict) -> dict:
    """Whatever leaves the steward's own account alone, and among that the option shown first."""
    free = [index for index, option in enumerate(observation["options"]) if option["fee"] == 0]
    decisions = (observation["memory"] or 0) + 1
    return {"option": free[0], "words": f"My decision number {decisions}.", "memory": decisions}


class Steward(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        observation = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = json.dumps(decide(observation)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Steward).serve_forever()
