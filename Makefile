# `make serve` to read, `make test` to prove. Each sets up what it needs, in .venv.
SHELL := /bin/sh
PY := .venv/bin/python
# The theme says at every build that its support ends on 5 May 2027. We know: the way out
# is on the page Contributing.
export NO_MKDOCS_2_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 2
PYTEST_FLAGS ?=

.PHONY: help serve site test long engines offline check record evidence new move faults measure audit pins clean FORCE

help:
	@sed -n 's/^| `\(make [^`]*\)` | \(.*\) |$$/\1\n    \2\n/p' README.md

# Two installs into one .venv would trip over each other.
.NOTPARALLEL:

# The stamps of an environment whose Python is gone are worth nothing.
ifneq ($(shell $(PY) -c "print(1)" 2>/dev/null),1)
.venv/.site .venv/.check .venv/.test: FORCE
endif

.venv/.test: requirements/pytorch.txt
.venv/.%: requirements/%.txt requirements/setup.sh
	@sh requirements/setup.sh $*

serve: .venv/.site
	$(PY) -m mkdocs serve --livereload $(if $(fast),--dirty) --dev-addr 127.0.0.1:8000

site: .venv/.site
	$(PY) -m mkdocs build --strict

offline: .venv/.test
	DOWNLOADS=1 $(PY) -m mkdocs build --strict
	$(PY) -m tools.browser --install
	$(PY) -m tools.offline

check: .venv/.check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q -n 2 --dist loadgroup -m "not keras and not pytorch and not browser and not long and not engines" $(PYTEST_FLAGS)

test: .venv/.test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m tools.browser --install
	$(PY) -m pytest -n 2 --dist loadgroup -m "not long and not engines" $(PYTEST_FLAGS)

long: .venv/.test
	$(PY) -m pytest -n 2 -m long $(PYTEST_FLAGS)

engines: .venv/.test
	$(PY) -m tools.engines --install
	$(PY) -m pytest -m engines $(PYTEST_FLAGS)

# make record only=rnn_cell runs one program.
ifdef only
record: .venv/.test
	$(PY) -m tools.record $(only)
else
record: .venv/.test
	$(PY) -m tools.record
	$(PY) -m tools.browser --install
	$(PY) -m tools.stills --write
	$(PY) -m tools.evidence --summaries
	$(PY) -m tools.figures
endif

# make evidence only="adding recall" runs only these.
evidence: .venv/.test
	$(PY) -m tools.evidence $(only)
	$(PY) -m tools.figures

new: .venv/.site
	$(PY) -m tools.page new "$(page)" $(if $(title),"$(title)")

move: .venv/.site
	$(PY) -m tools.page move "$(page)" "$(to)"

faults: .venv/.test
	$(PY) -m tools.faults $(only)

measure: .venv/.test
	$(PY) -m tools.browser --install
	$(PY) -m tools.measure $(only)

# Asks the database of known weaknesses, osv.dev, about every pinned package from PyPI.
audit: .cache/audit/bin/pip-audit
	for group in test audit; do \
		.cache/audit/bin/pip-audit -s osv --disable-pip --require-hashes \
			-r requirements/$$group.txt || exit 1; done

.cache/audit/bin/pip-audit: requirements/audit.txt | .venv/.site
	$(PY) -m venv .cache/audit
	.cache/audit/bin/python -m pip install --quiet --require-hashes -r requirements/audit.txt

# The groups of pyproject.toml, pinned with hashes; the smaller groups take the larger's versions.
UV_COMPILE = uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header $(if $(keep),,--upgrade) --python-version 3.11.5
pins:
	@command -v uv >/dev/null || { echo "make pins needs uv (pip install uv)"; exit 1; }
	$(UV_COMPILE) --group pyproject.toml:test -o requirements/test.txt
	$(UV_COMPILE) --group pyproject.toml:check -c requirements/test.txt -o requirements/check.txt
	$(UV_COMPILE) --group pyproject.toml:site -c requirements/test.txt -o requirements/site.txt
	$(UV_COMPILE) --group pyproject.toml:audit -o requirements/audit.txt

clean:
	rm -rf site .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
