# Everything is in tools/bootstrap.py; further arguments: make test ARGS="-k slots"
PYTHON ?= python3

.PHONY: run test demo setup lint bench exam screenshots translations lock
run test demo setup lint bench exam screenshots translations lock:
	@$(PYTHON) tools/bootstrap.py $@ $(ARGS)
