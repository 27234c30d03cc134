"""What the tests at the door do with the registers of the quality system, a module for each.

A module says ``live(clinic, made)``: use everything of its services once; ``looks(clinic, made)``: its reading use cases by name as (user,
(case, *arguments), client id or None), for the log of reads; ``WITHOUT``: those that give nothing of anybody back; ``CELLS``: (name, rights
such as "R+ P+ M+ A- U-", prepare(scene) → call) for the matrix. Each of them may be left out.
"""

import importlib
import pkgutil

MODULES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def live(clinic, made):
    """Every register lives a little."""
    for module in MODULES:
        getattr(module, "live", lambda *_given: None)(clinic, made)


def looks(clinic, made):
    """The reading use cases of all registers."""
    return {name: look for module in MODULES for name, look in getattr(module, "looks", lambda *_given: {})(clinic, made).items()}


WITHOUT = tuple(name for module in MODULES for name in getattr(module, "WITHOUT", ()))
CELLS = [cell for module in MODULES for cell in getattr(module, "CELLS", ())]
