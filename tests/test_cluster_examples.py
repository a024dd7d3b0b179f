"""examples/cluster: the files are what Ray and Kubernetes take, and name commands and options that exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from inkdigits.cli import build_parser

CLUSTER = Path(__file__).parent.parent / "examples" / "cluster"
OFF = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/"}


def loaded(name: str) -> Any:
    return yaml.safe_load((CLUSTER / name).read_text(encoding="utf-8"))


def pinned(library: str) -> str:
    text = (CLUSTER.parent.parent / "constraints.txt").read_text(encoding="utf-8")
    return re.findall(rf"^{library}==(.+)$", text, re.M)[0]


def test_the_cluster_is_one_that_ray_takes_and_sends_nothing():
    spec = find_spec("ray")
    assert spec is not None
    assert spec.submodule_search_locations
    (place,) = spec.submodule_search_locations
    cluster = loaded("ray-cluster.yaml")
    jsonschema.validate(cluster, json.loads((Path(place) / "autoscaler" / "ray-schema.json").read_text()))
    head = " ".join(cluster["head_start_ray_commands"])
    assert all(f"{name}={value}" in head for name, value in OFF.items())
    assert cluster["setup_commands"] == ["python3 -m pip install --quiet 'inkdigits[ray,remote]'"]


def test_the_options_of_ray_start_are_known():
    shown = subprocess.run(
        [sys.executable, "-c", "from ray.scripts.scripts import main; main()", "start", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    cluster, job = loaded("ray-cluster.yaml"), loaded("rayjob.yaml")
    named = set(re.findall(r"--[a-z-]+", " ".join(cluster["head_start_ray_commands"])))
    named |= set(re.findall(r"--[a-z-]+", " ".join(cluster["worker_start_ray_commands"])))
    params = job["spec"]["rayClusterSpec"]["headGroupSpec"]["rayStartParams"]
    named |= {f"--{name}" for name in params}
    assert len(named) > 4
    assert {option for option in named if option not in shown} == set()


def test_the_job_reads_with_options_that_exist_on_pods_that_send_nothing():
    job = loaded("rayjob.yaml")
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    args = build_parser().parse_args(shlex.split(job["spec"]["entrypoint"])[1:])
    assert (args.command, args.engine, args.jobs, args.resume) == ("read", "ray", (4, 64), True)
    cluster = job["spec"]["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    assert len(groups) == 2
    for group in groups:
        pod = group["template"]["spec"]
        (container,) = pod["containers"]
        assert {one["name"]: one["value"] for one in container["env"]} == OFF
        (mount,) = container["volumeMounts"]
        assert args.output.startswith(mount["mountPath"])
        assert mount["name"] in {volume["name"] for volume in pod["volumes"]}
    assert cluster["rayVersion"] == pinned("ray")


@pytest.mark.parametrize("page", ["batch.md"])
def test_what_a_cluster_is_told_to_run_is_a_command(page: str):
    text = (CLUSTER.parent.parent / "docs" / page).read_text(encoding="utf-8")
    (line,) = re.findall(r"^ray exec \S+ '(inkdigits .+)'$", text, re.M)
    assert build_parser().parse_args(shlex.split(line)[1:]).address == "auto"


def test_the_image_is_of_the_version_that_is_tested():
    image = (CLUSTER / "Dockerfile").read_text(encoding="utf-8")
    assert f"FROM rayproject/ray:{pinned('ray')}-" in image
    assert all(f"{name}={value}" in image for name, value in OFF.items())
