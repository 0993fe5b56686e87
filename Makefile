# The commands of this place. Nothing is needed beforehand but make and Python 3.11 or newer.
PORT ?= 8000
PY := .venv/bin/python
CORE := couples/rule couples/models couples/visibility couples/actions couples/row_security couples/lib/vault.py couples/management/integrity.py

# Install a lock file into .venv, unless that very lock is what was installed last.
define install
	@cmp -s $(1) .venv/installed-$(1) || { echo "Installing $(1) ..." && \
	  $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) && \
	  cp $(1) .venv/installed-$(1); }
endef

.PHONY: run test quick prove check look words bench audit sbom next lock clean run-packages test-packages prove-packages

run: run-packages
	@DEBUG=1 $(PY) manage.py migrate --no-input --verbosity 0
	@DEBUG=1 $(PY) manage.py demo
	@DEBUG=1 $(PY) manage.py work & trap "kill $$!" EXIT INT TERM; DEBUG=1 $(PY) manage.py runserver localhost:$(PORT)

test: test-packages
	@$(PY) tests/run.py

# While working, on SQLite: the core of the house, and what stands first in each file of views.
quick: test-packages
	@$(PY) tests/run.py quick

# For a night: everything on both databases, many histories, many rounds of each race, and mistakes made on purpose.
prove: prove-packages
	@$(PY) tests/prove.py

check: test-packages
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy $(CORE)
	@$(PY) -m djlint --lint --quiet templates
	@DEBUG=1 $(PY) manage.py makemigrations --check --dry-run
	@env -u DEBUG -u DATABASE_URL EMAIL_HOST=mail.example.org DEFAULT_FROM_EMAIL=place@example.org \
	  ALLOWED_HOSTS=place.example.org VAULT_KEYS=$$($(PY) -m couples.vault) SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  $(PY) manage.py check --deploy --fail-level WARNING
	@if [ -f couples/management/commands/consent_table.py ]; then DEBUG=1 $(PY) manage.py consent_table --check; fi

# Pictures of every page into var/look/; ONLY= takes parts of names, such as ONLY="today timeline".
look: test-packages
	@$(PY) tests/look.py $(ONLY)

# How easily every page reads, and the longest sentences.
words: test-packages
	@$(PY) tests/words.py

bench: test-packages
	@$(PY) tests/bench.py

# Under which licence each library of the running place comes, and whether one has a known weakness. It fails where the
# advisories cannot be reached, or do not know a library: nobody has looked then.
audit: run-packages
	@$(PY) tests/licences.py
	@test -x .venv/audit/bin/pip-audit || { $(PY) -m venv .venv/audit && \
	  .venv/audit/bin/python -m pip install -qq --disable-pip-version-check pip-audit; }
	@.venv/audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.txt || \
	  { echo "NOT audited, or something was found: read the lines above."; exit 1; }

# What the running place is made of, with the hash of each file, as CycloneDX: into var/sbom.json.
sbom: run-packages
	@test -x .venv/sbom/bin/cyclonedx-py || { $(PY) -m venv .venv/sbom && \
	  .venv/sbom/bin/python -m pip install -qq --disable-pip-version-check cyclonedx-bom; }
	@mkdir -p var
	@.venv/sbom/bin/python -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file var/sbom.json
	@echo "var/sbom.json"

# The suite on the newest Django and libraries, on the newest Python here: what has to be done before they are taken.
next:
	@for candidate in python3.15 python3.14 python3.13 python3.12; do \
	  if $$candidate -c 'import venv, ensurepip' 2>/dev/null; then \
	    rm -rf .venv/next && $$candidate -m venv .venv/next && exec .venv/next/bin/python tests/next.py $(NEXT); \
	  fi; \
	done; \
	echo "The next Django needs Python 3.12 or newer, and none was found."; exit 1

# Write the lock files anew from pyproject.toml.
lock: $(PY)
	@$(PY) -m pip install -qq --disable-pip-version-check uv
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --upgrade pyproject.toml --output-file requirements.txt
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --constraint requirements.txt --upgrade --extra test pyproject.toml --output-file requirements-test.txt
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --constraint requirements-test.txt --upgrade --extra test --extra prove pyproject.toml --output-file requirements-prove.txt

# Everything that can be made again. The database, mail and key under var/ stay.
clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results var/test var/cache var/static
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-packages: $(PY)
	$(call install,requirements.txt)

test-packages: $(PY)
	$(call install,requirements-test.txt)

prove-packages: $(PY)
	$(call install,requirements-prove.txt)

# A name on the path may be a shim that fails, so each candidate has to run before it is chosen.
$(PY):
	@for candidate in python3.13 python3.12 python3.11 python3 python; do \
	  if $$candidate -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)' 2>/dev/null; then \
	    exec $$candidate -m venv .venv; \
	  fi; \
	done; \
	echo "No Python 3.11 or newer was found that can make a virtual environment."; \
	echo "Install one, on Debian: apt install python3 python3-venv"; exit 1
