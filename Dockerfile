# The server as an image: `docker compose up` (compose.yaml) runs two of them on PostgreSQL behind a proxy.
FROM python:3.12-slim-bookworm

RUN useradd --system --uid 10001 --home-dir /nonexistent handwise
WORKDIR /handwise

# Apart from the code, so that a change of the code does not fetch the libraries again.
COPY sync_server/requirements.lock ./requirements.lock
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY pyproject.toml LICENSE ./
COPY assets/knowledge assets/knowledge
COPY assets/fonts assets/fonts
COPY assets/translations assets/translations
COPY shared shared
COPY sync_server sync_server

USER handwise
ENV PYTHONUNBUFFERED=1
EXPOSE 8470
ENTRYPOINT ["python", "-m", "sync_server"]
