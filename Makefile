# Everything here works on a fresh machine with Python 3.11 or later, pip and Debian's packages.
# Another Python: make PYTHON=python3.12 test
PYTHON ?= python3
READY := .venv/ready

.PHONY: run test test-all lint bench clean

run: $(READY)  ## the main job over a sample
	.venv/bin/python -m portal.demo

lint: $(READY)
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test: lint  ## what every change must pass
	.venv/bin/python -m pytest -n 2 --dist worksteal -m "not slow"

test-all: $(READY)  ## what `make test` leaves out
	.venv/bin/python -m pytest -m slow

bench: $(READY) .venv-peer/ready  ## how fast, beside the bare driver and a peer
	.venv/bin/python -m bench --peer .venv-peer/bin/python

.venv-peer/ready:
	rm -rf .venv-peer
	$(PYTHON) -m venv .venv-peer
	.venv-peer/bin/pip install --quiet django-helpdesk==2.6.1
	@touch $@

clean:
	rm -rf .venv .venv-peer build dist .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# Made anew when a dependency changes: an old environment would keep what is no longer asked for.
# Without ensurepip (Debian keeps it in python3-venv) the machine's own pip fills the environment.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "duban needs Python 3.11 or later; $(PYTHON) is not. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	rm -rf .venv
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv .venv; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip .venv; \
	else \
	  echo "$(PYTHON) has neither ensurepip nor pip: apt-get install python3-venv" >&2; exit 1; \
	fi
	@if test -x .venv/bin/pip; then pip=".venv/bin/python -m pip"; \
	else pip="$(PYTHON) -m pip --python .venv/bin/python"; fi; \
	set -x; $$pip install --quiet -c constraints.txt -e '.[dev,postgres]'
	@touch $@
