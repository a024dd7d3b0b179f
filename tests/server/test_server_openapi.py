"""The OpenAPI document: what it promises is what the server does; schemathesis tries to prove otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
from review_files import write_results
from serving import PATIENCE, running

EXAMPLES = 15  # a route and phase; benchmarks and people may ask for more


def test_schemathesis_finds_nothing(root: Path, tmp_path: Path):
    options = ["--corrections", str(tmp_path / "corrected"), "--review", str(write_results(tmp_path))]
    with running(*options, "--token", "geheim") as server:
        document = tmp_path / "openapi.json"
        bearer = {"Authorization": "Bearer geheim"}
        said = httpx.get(f"{server.url}/openapi.json", headers=bearer, timeout=PATIENCE)
        document.write_bytes(said.content)
        operations = sum(len(methods) for methods in said.json()["paths"].values())
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(root / "schemathesis.toml")]
        command += ["run", str(document), "--url", server.url, "--header", "Authorization: Bearer geheim"]
        command += [
            "--max-examples",
            str(EXAMPLES),
            "--seed",
            "1",
            "--generation-deterministic",
            "--no-color",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=540)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No issues found" in done.stdout
        assert f"{operations} selected / {operations} total" in done.stdout
        assert httpx.get(f"{server.url}/readyz", timeout=PATIENCE).status_code == 200
        assert "traceback" not in server.log()
