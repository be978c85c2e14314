FROM python:3.13-slim

# git exports both sides of a change; the compiler and its headers build targets with extensions.
# The versions are those of the base image's release, which a digest pins when perf-gate is released.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc git libc6-dev \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app

# Dependencies change seldom and code often: a layer each.
COPY pyproject.toml ./
RUN python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > /tmp/requirements.txt \
 && python -m pip install --no-cache-dir --requirement /tmp/requirements.txt \
 && rm /tmp/requirements.txt

COPY . source
RUN python -m pip install --no-cache-dir --no-deps ./source \
 && mv source/entrypoint.py . \
 && rm -r source

WORKDIR /github/workspace

# -E and -s: no PYTHONPATH of the workflow and no user folder may bring code into this process.
ENTRYPOINT ["python", "-E", "-s", "-u", "/app/entrypoint.py"]
