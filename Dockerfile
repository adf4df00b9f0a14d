FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/ioc
WORKDIR /src
# Dependencies first: this layer is kept while only the project's own code changes.
COPY requirements.lock ./
RUN /opt/ioc/bin/pip install --require-hashes -r requirements.lock
COPY . .
RUN /opt/ioc/bin/pip install --no-deps .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="hoabinh-ioc" \
      org.opencontainers.image.description="Streaming pipeline behind a province's Intelligent Operations Centre" \
      org.opencontainers.image.version="0.2.0"
# A fixed number, so that volumes and tmpfs can be given to it.
RUN groupadd --gid 10001 ioc \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/ioc --shell /usr/sbin/nologin ioc \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/ioc
COPY --from=build /opt/ioc /opt/ioc
# The root file system is read-only at run time: write no bytecode, and start where writing is allowed.
ENV PATH=/opt/ioc/bin:$PATH \
    HOME=/var/lib/ioc \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/ioc
USER 10001:10001
ENTRYPOINT ["ioc"]
