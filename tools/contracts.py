"""Import contracts that import-linter does not bring: read by `lint-imports` through pyproject.toml.

Each looks at direct imports and says nothing about modules that do not exist (yet).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grimp import ImportGraph


def _within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class _DirectImports(Contract):
    """Broken by each direct import that ``illegal`` finds: (importer, imported)."""

    def illegal(self, graph: ImportGraph) -> Iterable[tuple[str, str]]:
        """Find the imports that must not be."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001  (import-linter's signature)
        """Answer whether the contract is kept."""
        found = sorted(self.illegal(graph))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that breaks the contract."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}", bold=False)


class UsersContract(_DirectImports):
    """Only ``users`` (and what is in them) import the third-party ``package``."""

    package = cast("str", fields.StringField())
    users = cast("list[str]", fields.ListField(subfield=fields.StringField()))

    def illegal(self, graph: ImportGraph) -> Iterable[tuple[str, str]]:
        """Importers outside ``users``."""
        if self.package not in graph.modules:
            return []
        importers = graph.find_modules_that_directly_import(self.package)
        return [(importer, self.package) for importer in importers if not _within(importer, self.users)]


class StandsOnContract(_DirectImports):
    """``source`` imports the standard library, its own program and the named ``packages`` only."""

    source = cast("str", fields.StringField())
    packages = cast("list[str]", fields.ListField(subfield=fields.StringField(), required=False, default=[]))

    def illegal(self, graph: ImportGraph) -> Iterable[tuple[str, str]]:
        """Third-party imports that are not named."""
        allowed = {*sys.stdlib_module_names, self.source.partition(".")[0], *self.packages}
        modules = [module for module in graph.modules if _within(module, [self.source])]
        pairs = [(module, imported) for module in modules for imported in graph.find_modules_directly_imported_by(module)]
        return [pair for pair in pairs if pair[1].partition(".")[0] not in allowed]


class PagesContract(_DirectImports):
    """Folders of ``root`` are pages and do not import each other; ``shared`` ones serve all pages, ``frames`` hold pages."""

    root = cast("str", fields.StringField())
    shared = cast("list[str]", fields.ListField(subfield=fields.StringField(), required=False, default=[]))
    frames = cast("list[str]", fields.ListField(subfield=fields.StringField(), required=False, default=[]))

    def illegal(self, graph: ImportGraph) -> Iterable[tuple[str, str]]:
        """Imports into a page from another page or a shared folder."""
        folders = {child for child in graph.find_children(self.root) if graph.find_children(child)} - set(self.frames)
        pages = folders - set(self.shared)
        for folder in folders:
            for module in {folder} | graph.find_descendants(folder):
                for imported in graph.find_modules_directly_imported_by(module):
                    if not _within(imported, [folder]) and _within(imported, pages):
                        yield module, imported
