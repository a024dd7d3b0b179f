"""The HTTP server: a web page and an API in front of one reader a process.

::

    settings     what the server was started with, checked once
    problems     every refusal as one problem+json answer
    logs         one JSON object a line on standard error
    metrics      counters for Prometheus, one registry or a folder that the workers share
    gate         how much may be in progress; draining
    observe      ASGI: request id, security headers, log line, metrics, the last net under every request
    guard        ASGI: host, origin, token, draining
    head         ASGI: HEAD is answered as GET
    bodies       a request's body within its limits of bytes and time
    forms        multipart bodies, in memory alone ─ json_bodies   bodies of JSON, checked
    pictures     bytes → pixels within the limits, pixels → PNG, previews
    batches      several pictures of one request, by the engine of the command line
    preloaded    what workers share: libraries and models, loaded before they are forked
    reading_thread
                 the one thread that reads
    same_digit   which corrections are of the same digit
    corrections  what people corrected, as a folder to train on
    review_corrections
                 what a review corrected, into that folder
    schema       what the answers look like, for the OpenAPI document
    review_schema
                 the same of a review, and what its requests hold
    read_routes  preview_route  corrections_routes  review_routes  review_files  status_routes  table_route
                 one file a group of routes
    pages        what browsers ask for
    app          create_app
    template_app  template_schema
                 the same of the page on which a template is drawn
    drain        SIGTERM and Ctrl-C: answer what was accepted, then end
    protocol     one connection: slow and large heads, what is no HTTP
    run          sockets, processes, signals

Only ``cli.serve`` and ``cli.template`` import this package, in the functions that need it: reading works
without its libraries.
"""
