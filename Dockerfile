# One image for everything that is ours: web, worker, beat, migrate (docker-compose.yml says which is which).
# Python as in the tests. The first stage has the tools, the second what runs.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
WORKDIR /srv/lang-nghe
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1

# The installer by its pinned hashes, and the packages by those of the lock; only ready-made ones, nothing is compiled.
COPY config/uv.txt config/uv.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement config/uv.txt
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --no-build
# Node only fetches the stylesheet and the typeface, and stays behind in this stage.
RUN UV_PROJECT_ENVIRONMENT=/opt/node uv sync --frozen --only-group node --no-build

COPY . .
RUN PATH=/opt/node/bin:$PATH python -m config.npm
# The settings want secrets; these are made for this one step and forgotten with it.
RUN /opt/venv/bin/python -m config.catalogues \
    && /opt/venv/bin/python deploy/new_env.py build | grep -E '^(ALLOWED_HOSTS|SECRET_KEY|[A-Z_]+_KEYS?)=' >/tmp/build.env \
    && env $(cat /tmp/build.env) DATABASE_URL=postgres://build:build@localhost/build REDIS_URL=redis://:build@localhost \
        STATIC_ROOT=/srv/static /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm /tmp/build.env \
    && /opt/venv/bin/python -m compileall -q .

FROM python:${PYTHON}-slim
RUN pip uninstall --yes --quiet --root-user-action ignore wheel setuptools pip \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin lang-nghe \
    && install --directory --owner lang-nghe --group lang-nghe --mode 700 /srv/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/lang-nghe /srv/lang-nghe

WORKDIR /srv/lang-nghe
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media
USER lang-nghe
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["python", "deploy/ready.py"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
