# Everything here works on a fresh machine with Python 3.11 or later, pip and Debian's packages.
# Another Python: make PYTHON=python3.12 test
PYTHON ?= python3
READY := .venv/ready
HOUSE := portal flows storage notifications states rulebooks

.PHONY: run rehearse test test-all test-long lint map bench clean

# $(call debian,for what): installs the packages that the line before it put into $$missing.
define debian
	if test -n "$$missing"; then \
	  if test "$$(id -u)" = 0; then as=""; \
	  elif sudo -n true 2>/dev/null; then as="sudo"; \
	  else echo "$(1) packages of Debian: apt-get install$$missing" >&2; exit 1; fi; \
	  set -ex; $$as apt-get update -qq; \
	  $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$$missing; \
	fi
	@mkdir -p $(@D) && touch $@
endef

run: $(READY)  ## duban at work over a made-up city: pages, engine, a clock that can be moved
	.venv/bin/python -m portal.demo

rehearse: $(READY)  ## the same city's whole year, told in the terminal
	rm -rf var/rehearsal && mkdir -p var/rehearsal
	DUBAN_PREFECT_HOME=var/rehearsal/prefect .venv/bin/duban rehearse --db var/rehearsal/year.db

lint: $(READY)
	.venv/bin/ruff check .
	.venv/bin/mypy --num-workers 2
	.venv/bin/lint-imports

test: lint  ## what every change must pass
	.venv/bin/python -m pytest -n 2 --dist worksteal -m "not slow and not long"

test-all: $(READY) .browser/ready .office/ready .faketime/ready  ## what `make test` leaves out
	.venv/bin/python -m pytest -n 2 --dist worksteal -m "slow and not browser and not serial and not long"
	.venv/bin/python -m pytest -m "serial and not long"
	.venv/bin/python -m pytest -n 2 --dist worksteal -m browser

test-long: $(READY)  ## whole walks (every viewer, route and fact), of which the others run a tenth
	.venv/bin/python -m pytest -n 2 --dist worksteal -m long -rP

map: $(READY) .graphviz/ready  ## who imports whom, as pictures in var/map
	@mkdir -p var/map
	.venv/bin/import-linter drawgraph --show-import-totals $(HOUSE) | dot -Tsvg -o var/map/house.svg
	for room in $(HOUSE) storage.statistics; do \
	  .venv/bin/import-linter drawgraph --show-import-totals $$room | dot -Tsvg -o var/map/$$room.svg || exit 1; \
	done

bench: $(READY) .venv-peer/ready  ## how fast, beside the bare driver and a peer
	.venv/bin/python -m bench --peer .venv-peer/bin/python

.venv-peer/ready:
	rm -rf .venv-peer
	$(PYTHON) -m venv .venv-peer
	.venv-peer/bin/pip install --quiet django-helpdesk==2.6.1
	@touch $@

# The browser tests drive Debian's own chromium; pages are Chinese, so it needs Chinese letters.
.browser/ready:
	@missing=""; \
	test -x /usr/bin/chromium || missing="$$missing chromium"; \
	test -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc || missing="$$missing fonts-noto-cjk"; \
	$(call debian,the browser tests need)

.graphviz/ready:
	@missing=""; \
	command -v dot >/dev/null || missing="$$missing graphviz"; \
	$(call debian,pictures of the imports need)

# A clock is stepped under a running engine by Debian's libfaketime.
.faketime/ready:
	@missing=""; \
	ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$$missing libfaketime"; \
	$(call debian,the tests of the clock need)

# Papers are opened as an office opens them, by Debian's own LibreOffice; its letters are those of the browser.
.office/ready: .browser/ready
	@missing=""; \
	test -x /usr/bin/soffice || missing="$$missing libreoffice-writer-nogui"; \
	test -e /usr/lib/libreoffice/program/libsclo.so || missing="$$missing libreoffice-calc-nogui"; \
	$(call debian,the tests of papers need)

clean:
	rm -rf .venv .venv-peer .browser .office .faketime .graphviz build dist .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

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
