# Two images: `docker build --target plain` reads pictures, `docker build --target serve` is the server.
# The packages are installed in a stage of their own, so that the images hold no build tools and no pip cache.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /build
RUN python -m venv --without-pip /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY configs configs
COPY src src
RUN python -m pip --python /app/bin/python install --no-cache-dir --constraint constraints.txt . \
    # The library for other languages; Python's module of ONNX Runtime holds all of it a second time.
    && find /app -name 'libonnxruntime.so.*' -delete

FROM build AS build-serve
RUN python -m pip --python /app/bin/python install --no-cache-dir --constraint constraints.txt '.[serve]'

FROM python:${PYTHON}-slim AS base
ENV PATH=/app/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN useradd --create-home --uid 1000 reader
USER 1000
WORKDIR /data

FROM base AS serve
COPY --from=build-serve /app /app
EXPOSE 8000
# An address that is not the machine's own asks for a token: give INKDIGITS_TOKEN to `docker run`.
ENTRYPOINT ["inkdigits", "serve", "--host", "0.0.0.0", "--port", "8000", "--no-browser"]

FROM base AS plain
COPY --from=build /app /app
ENTRYPOINT ["inkdigits"]
CMD ["--help"]
