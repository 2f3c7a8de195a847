# Two commands do all the set-up: `make run` and `make test`. Everything else is a part of them.
.PHONY: help run install test check simulate torture bench mutate texts format lock clean

help:
	@echo "make run      环境、数据库、沙箱与服务,一步就绪 / environment, database, sandbox and server in one step"
	@echo "make test     全部检查与测试 / every check and test"
	@echo "make check    快速检查(不超过 60 秒) / the quick part (60 s at most)"
	@echo "make torture  反复强行终止 ROUNDS=100 次并写报告 / kills under load, and a report"
	@echo "make bench    与 pgbench 并排测速并写报告 / speed beside pgbench, and a report"
	@echo "make mutate   变异测试 SAMPLE=800(不写则全部) / mutation testing of policy and funding"
	@echo "make install  只建立环境 .venv / only the environment .venv"
	@echo "make simulate OPERATIONS=5000000 SEED=N  随机模拟,可中断后接着跑 / the random simulation, goes on where it was stopped"
	@echo "make texts    收集页面文字到目录 / collect the pages' texts into the catalogues"
	@echo "make format   整理格式 / format the code"
	@echo "make lock     重写锁文件 / write requirements.lock again (needs uv)"

install:
	@bash tools/setup.sh

run:
	@bash tools/run.sh

test: install
	@bash tools/browser.sh
	@.venv/bin/python tools/run_parts.py all

check: install
	@.venv/bin/python tools/run_parts.py quick

# So many operations, in courses that are told as they end and kept in build/simulation; COURSE=N plays one alone, PAGE=1
# adds a row to docs/reference/simulation.md.
OPERATIONS ?= 200000

simulate: install
	@SIMULATION_SEED=$(SEED) OPERATIONS=$(OPERATIONS) COURSE=$(COURSE) PAGE=$(PAGE) .venv/bin/python tools/simulate.py

# So many kills of each kind, and a report.
ROUNDS ?= 100

torture: install
	@.venv/bin/python tools/torture.py $(ROUNDS)

# Speed beside a peer on the same server, a line each in bench/results/. One of them: make bench NAMES=engine
bench: install
	@.venv/bin/python -m bench $(NAMES)

# How many of the small faults put into policy/ and funding/ the tests notice. SAMPLE=800 looks at a part.
mutate: install
	@.venv/bin/python tools/mutate.py $(SAMPLE)

texts: install
	.venv/bin/python tools/texts.py

format: install
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

lock:
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --universal \
	  --python-version 3.11 --output-file requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
