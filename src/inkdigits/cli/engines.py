"""``--engine local|ray``: who works, how many processes of it, and where."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.batch.engine import Asked, ReadsMany, drawn, read_jobs
from inkdigits.batch.job import Job
from inkdigits.readings import Reading

if TYPE_CHECKING:
    from inkdigits.batch.cluster import Cluster

__all__ = ["add_engine", "asked", "cluster_of", "readings", "wrong_engine"]

_ENGINES = ("local", "ray")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Adds ``--engine`` and ``--address``."""
    parser.add_argument(
        "--engine",
        choices=_ENGINES,
        default="local",
        help="who works: local, processes of this machine; ray, a Ray cluster, with the same result (extra "
        "[ray]; default: local)",
    )
    parser.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="with --engine ray: the head of a cluster that is running, or auto for the one that this "
        "machine belongs to (default: RAY_ADDRESS; else one is started on this machine for this run)",
    )


def wrong_engine(args: argparse.Namespace) -> str | None:
    """Says which options do not go with the engine.

    Raises:
        MissingExtraError: Ray is asked for and not installed.
    """
    if args.engine == "ray":
        from inkdigits.batch.cluster import check

        check()
    if args.engine == "local" and args.address is not None:
        return "--address is of a cluster: expected --engine ray with it"
    if args.engine == "local" and isinstance(args.jobs, tuple):
        return "--jobs as a range is for a pool that grows and shrinks: expected --engine ray, or one number"
    return None


def cluster_of(args: argparse.Namespace) -> Cluster:
    """Returns the cluster that is asked for, with so many processes."""
    from inkdigits.batch.cluster import Cluster

    if isinstance(args.jobs, tuple):
        least, most = args.jobs
    else:
        least, most = args.jobs or 1, args.jobs or None
    return Cluster(args.address, least, most, getattr(args, "threads", 1))


def asked(args: argparse.Namespace) -> Asked:
    """Returns how the options say that jobs are read."""
    annotate = None if args.annotate is None else Path(args.annotate)
    jobs = args.jobs if isinstance(args.jobs, int) else 1  # auto is 0
    return Asked(args.expect, args.allowed, args.pattern, annotate, jobs, args.timeout)


def readings(reader: ReadsMany, jobs: Sequence[Job], args: argparse.Namespace) -> Iterator[Reading]:
    """Yields one reading a job, in the order of the jobs, read by the engine that is asked for."""
    how = asked(args)
    if args.engine == "local":
        return read_jobs(reader, jobs, how)
    from inkdigits.batch.parts import read_on

    found = read_on(cluster_of(args), reader, jobs, how)
    return found if how.annotate is None else drawn(jobs, found, how.annotate)
