# make run: start everything. make test: run every test that is not slow. Both prepare .venv first.
PORT ?= 8000
BIND ?= 127.0.0.1

.PHONY: run test

run:
	@.ci/prepare requirements.txt && exec .venv/bin/python manage.py up --port $(PORT) --bind $(BIND)

test:
	@.ci/prepare requirements-dev.txt && .ci/chromium && exec .venv/bin/python -m pytest -n 4 --dist worksteal
