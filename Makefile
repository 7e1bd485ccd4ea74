# make run: start everything. make test: run every test that is not slow; those that measure time by
# themselves. Both prepare .venv first.
PORT ?= 8000
BIND ?= 127.0.0.1

.PHONY: run test

run:
	@.ci/prepare requirements.txt && exec .venv/bin/python manage.py up --port $(PORT) --bind $(BIND)

test:
	@.ci/prepare requirements-dev.txt && .ci/chromium
	@.venv/bin/python -m pytest -m 'alone and not slow'
	@.venv/bin/python -m pytest -n 4 --dist worksteal -m 'not alone and not slow'
