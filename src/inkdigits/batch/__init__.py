"""Many sources at once: what is to be read, the engine that reads it, and what is kept when it ends early.

::

    job        a row to come
    jobs       paths, folders, patterns, lists and standard input → a job a row
    remote     https://, s3://, gs://               ┐
    archives   a ZIP or TAR → a job a picture       ├ jobs; what is behind an address may be packed, too
    columns    Parquet with a column of pictures    ┘
    storage    what lies behind an address: fetched, copied, listed
    engine     jobs → readings, in their order, on this machine
    cluster    where parts of work are done, and how what they give comes back
    ray_engine parts of any work → answers on a Ray cluster; the only import of Ray
    parts      what its processes do: jobs → readings, or a file with their rows
    shards     a folder of files with rows, each whole or absent
    annotated  where ``--annotate`` puts its pictures
    inbox      a folder that others write into: what of it is whole
    ledger     what was read of an inbox, for good   moved   out of it, none over another
    journal    what a run has read so far, beside the file that its rows will be in
"""
