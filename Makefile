# Each target makes what it needs; nothing has to be installed first but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# uv installs in half the time; where it can't be had, or can't reach what pip can, pip does all of it.
VENV = $(PYTHON) -m venv --clear .venv && \
  { $(PIP) install --require-hashes --only-binary :all: -r requirements/uv.txt 2>/dev/null || true; }
INSTALL = install() { \
  $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python "$$@" 2>/dev/null || $(PIP) install "$$@"; }; install

# Of the libraries, what a build runs is compiled at once, on all cores; the rest when it is first imported.
USED := pandas numpy matplotlib seaborn babel PIL fontTools IPython ipykernel debugpy jupyter_client nbformat nbclient nbconvert \
  papermill fastparquet pydantic jinja2 mistune zmq tornado traitlets jsonschema pygments xlsxwriter rocrate requests urllib3 click
UNUSED := /(tests?|lexers|varLib|feaLib|voltLib|ufoLib|designspaceLib|mtiLib|deprecated|v1)/
LIBRARIES = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
BYTECODE = (here=$$PWD && cd "$(LIBRARIES)" && "$$here/$(BIN)/python" -m compileall -q -j 0 -x '$(UNUSED)' $(USED)) || true

.PHONY: env publish test thorough test-site lab bench cluster mutation check figures lock lint clean

env: .venv/.ready

# What builds bilan is locked as all else: nothing is downloaded that has no hash.
.venv/.ready: requirements/base.txt requirements/uv.txt pyproject.toml
	@echo "1 of 3: an environment in .venv, and uv, which installs faster than pip (some 10 s)"
	@$(VENV)
	@echo "2 of 3: the libraries of requirements/base.txt, 120 MB (some 40 s; with pip two minutes)"
	@$(INSTALL) --require-hashes -r requirements/base.txt
	@echo "3 of 3: bilan itself (some seconds)"
	@$(BYTECODE) & $(INSTALL) --no-deps --no-build-isolation -e . && wait
	@mkdir -p .venv/etc/ipython && cp scripts/ipython_kernel_config.py .venv/etc/ipython/
	@$(FILTER)
	@touch $@

# What a run leaves in a notebook never reaches a commit.
STRIP := if [ -x $(BIN)/nbstripout ]; then $(BIN)/nbstripout --keep-id; else cat; fi
LEFT := metadata.language_info.codemirror_mode metadata.language_info.file_extension metadata.language_info.mimetype \
  metadata.language_info.nbconvert_exporter metadata.language_info.pygments_lexer metadata.language_info.version \
  metadata.widgets metadata.papermill cell.metadata.papermill cell.metadata.execution
FILTER = if [ -e .git ] && command -v git >/dev/null; then \
  git config filter.nbstripout.clean "$(STRIP)"; git config filter.nbstripout.extrakeys "$(LEFT)"; fi

.venv/.ready-dev: .venv/.ready requirements/dev.txt
	@echo "The tools of development, requirements/dev.txt (some 20 s)"
	@$(INSTALL) --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $@

publish: env
	$(BIN)/bilan build

test: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The same tests on every page and notebook, and more killed commands; an hour or more, and never in CI.
thorough: .venv/.ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --thorough --kills 20 --after 0,3,7,15

test-site: .venv/.ready-dev
	$(BIN)/python -m pytest tests/test_browser.py tests/test_site.py tests/test_security.py

lab: env
	$(BIN)/jupyter lab --ip=127.0.0.1 --ServerApp.root_dir=. --ServerApp.jpserver_extensions=bilan.notebook.saving=True --LabApp.default_url=/lab/tree/notebooks/index.ipynb

bench: env .cluster/.ready
	$(BIN)/python scripts/bench.py --write

# Snakemake, for many machines, in an environment of its own: it asks for older libraries than Jupyter has.
cluster: .cluster/.ready

.cluster/.ready: requirements/cluster.txt
	@echo "An environment in .cluster (some 30 s; with pip a minute)"
	@$(subst .venv,.cluster,$(VENV))
	@$(subst .venv,.cluster,$(INSTALL)) --require-hashes -r requirements/cluster.txt
	@touch $@

# Which changes to the modules named in pyproject.toml no test sees; hours, and never in CI: docs/dev/mutation.md.
mutation: .mutation/.ready
	rm -rf .mutation/tree
	mkdir .mutation/tree
	cp -r scripts .mutation/tree/src
	cp -r tests data docs notebooks scripts README.md requirements pyproject.toml .mutation/tree
	cd .mutation/tree && nice -n 10 ../bin/mutmut run --max-children 2
	cd .mutation/tree && ../bin/mutmut results

.mutation/.ready: requirements/base.txt requirements/dev.txt requirements/mutation.txt
	@echo "An environment in .mutation (some 30 s; with pip a minute)"
	@$(subst .venv,.mutation,$(VENV))
	@$(subst .venv,.mutation,$(INSTALL)) --require-hashes $(addprefix -r requirements/,base.txt dev.txt mutation.txt)
	@touch $@

check: env
	$(BIN)/bilan check

# Draws the flagship charts again and puts them under figures/, where they are committed.
figures: env
	$(BIN)/bilan build --force
	rm -rf figures/2024
	for lang in $$(cd site/2024 && ls -d ??); do mkdir -p figures/2024/$$lang && cp $$(ls -d site/2024/$$lang/figures/* | grep -v html) figures/2024/$$lang/; done

# Needs uv. dev.txt and mutation.txt hold what those before them do not; cluster.txt is for an environment of its own.
COMPILE := uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet
ADDED = awk '!added { known[$$1]; next } /^[^ ]/ { keep = !($$1 in known) } keep'

lock:
	echo 'setuptools>=77' | $(COMPILE) pyproject.toml - -o requirements/base.txt
	$(COMPILE) --extra dev -c requirements/base.txt pyproject.toml | $(ADDED) requirements/base.txt added=1 - > requirements/dev.new
	test -s requirements/dev.new && mv requirements/dev.new requirements/dev.txt
	echo 'mutmut>=3.8' | $(COMPILE) -c requirements/base.txt -c requirements/dev.txt - | $(ADDED) requirements/base.txt requirements/dev.txt added=1 - > requirements/mutation.new
	test -s requirements/mutation.new && mv requirements/mutation.new requirements/mutation.txt
	echo 'uv>=0.13' | $(COMPILE) - -o requirements/uv.txt
	printf 'snakemake>=9.27\nsnakemake-executor-plugin-slurm>=2.8\n' | $(COMPILE) - -o requirements/cluster.txt

clean:
	rm -rf .venv .cluster .mutation site results
