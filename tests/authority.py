"""A time-stamping authority of one's own, for tests: a root, a certificate for stamping, and ``openssl ts`` on the loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name} root
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
[signing]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = yes
ess_cert_id_alg = sha256
"""


class Authority:
    """``trusted`` is what it publishes (PEM); ``answer`` stamps."""

    def __init__(self, folder: Path, name: str, kind: str = "stamping") -> None:
        folder.mkdir()
        self.folder, self.config = folder, folder / "openssl.cnf"
        self.config.write_text(CONFIG.format(name=name, folder=folder), "utf-8")
        (folder / "serial").write_text("01", "utf-8")
        key = ("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out")
        self._run(*key, folder / "ca.key")
        self._run(*key, folder / "tsa.key")
        self._run("req", "-x509", "-new", "-key", folder / "ca.key", "-days", 20000, "-extensions", "root", "-out", folder / "ca.pem")
        self._run("req", "-new", "-key", folder / "tsa.key", "-subj", f"/CN={name}", "-out", folder / "tsa.csr")
        self._run("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-days", 20000,
                  "-extfile", self.config, "-extensions", kind, "-set_serial", 7, "-out", folder / "tsa.pem")  # fmt: skip

    @property
    def root(self) -> str:
        return (self.folder / "ca.pem").read_text("utf-8")

    @property
    def trusted(self) -> str:
        return (self.folder / "tsa.pem").read_text("utf-8") + self.root

    def answer(self, question: bytes) -> bytes:
        """Stamp what is asked."""
        asked, made = self.folder / "question.tsq", self.folder / "answer.tsr"
        asked.write_bytes(question)
        self._run("ts", "-reply", "-queryfile", asked, "-section", "here", "-out", made)
        return made.read_bytes()

    def verifies(self, text: str, answer: Path) -> bool:
        """Whether openssl finds that the answer is over this text: what anybody can do without this program."""
        data = self.folder / "text"
        data.write_text(text, "utf-8")
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", data, "-in", answer, "-CAfile", self.folder / "ca.pem"], capture_output=True, check=False
        )
        return done.returncode == 0

    def _run(self, *command: object) -> None:
        env = {"OPENSSL_CONF": str(self.config), "PATH": "/usr/bin:/bin:/usr/local/bin"}
        done = subprocess.run(["openssl", *map(str, command)], capture_output=True, text=True, check=False, env=env, timeout=60)
        assert done.returncode == 0, done.stderr


@contextmanager
def listening(answer) -> Iterator[str]:
    """The address at which ``answer(question) -> (status, headers, bytes)`` is asked over HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            status, headers, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
