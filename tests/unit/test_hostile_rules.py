"""The rules against hostile text, held against the code: who may make paragraphs, labels, tooltips, spreadsheet files, statements."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import nmx_desk
from nmx_desk.data.search import expressions
from nmx_desk.reports import records, records_capa, records_cases, records_papers, records_people
from nmx_desk.services.desk import USE_CASES
from tests.exam.hostile import MADE
from tests.exam.hostile_words import strings

PACKAGE = Path(nmx_desk.__file__).parent
PRINTS = {
    "Paragraph", "_Said", "XPreformatted", "Preformatted", "Image", "drawImage", "drawInlineImage", "ImageReader", "linkURL", "linkRect",
}  # fmt: skip
MARKUP = {
    "QLabel", "setToolTip", "showText", "setWhatsThis", "setStatusTip", "setTabToolTip", "setTextFormat", "QMessageBox", "QErrorMessage",
    "QProgressDialog", "QInputDialog", "QStaticText", "setHtml", "insertHtml", "appendHtml", "setMarkdown", "insertMarkdown",
    "QTextDocument", "QTextBrowser", "QTextEdit", "QGraphicsTextItem", "addText", "setOpenExternalLinks", "openUrl", "QDesktopServices",
    "QNetworkAccessManager", "QSvgRenderer", "QSvgWidget", "QWebEngineView", "QQuickView",
}  # fmt: skip
TABLES = {"writer", "DictWriter", "Workbook"}
ALLOWED = {
    ("reports/paper.py", "para", "_Said"): "the one maker of paragraphs: escapes and cleans",
    ("reports/paper.py", "phrases", "_Said"): "the same, with strong parts: escapes and cleans each",
    ("reports/paper.py", "_Said", "Paragraph"): "the kind it makes; nobody else may",
    ("ui/kit/labels.py", "set_tip", "setToolTip"): "the one maker of tooltips: escaped",
    ("ui/kit/labels.py", "show_tip", "showText"): "the same for a tooltip at a place: escaped",
    ("ui/kit/labels.py", "Picture", "QLabel"): "an icon, never a text",
    ("ui/kit/labels.py", "Label", "QLabel"): "the one maker of labels",
    ("ui/kit/labels.py", "Label.__init__", "setTextFormat"): "PlainText",
    ("ui/kit/manual.py", "ManualText", "QTextBrowser"): "shows our own pages, loads nothing",
    ("ui/quality/written.py", "WrittenText", "QTextBrowser"): "inserts plain text piece by piece, loads nothing",
    ("ui/kit/manual.py", "ManualPanel.paper", "QTextDocument"): "our own page for the printer, written text by text",
    ("ui/kit/private_files.py", "hand_over", "openUrl"): "a document in the private folder, for another program, when asked",
    ("ui/front/wizard.py", "RecoveryStep.print_key", "QTextDocument"): "the recovery key for the printer, setPlainText",
    ("ui/theme/icons.py", "tinted", "QSvgRenderer"): "our own icons",
    ("reports/formats.py", "csv_bytes", "writer"): "the one maker of spreadsheet files",
    ("services/demo/funnel.py", "Funnel._import", "writer"): "made-up forms for the demo's own import",
}  # fmt: skip
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|WITH|ATTACH|VACUUM|SAVEPOINT) ")
BUILT = {
    "audit/capture.py": "trigger text from the description of our own tables",
    "audit/erase.py": "as many question marks as there are values",
    "audit/shape.py": "names of our own tables and columns",
    "audit/storage.py": "views and conditions in our own words",
    "audit/verify.py": "names of our own tables; question marks",
    "data/dialect.py": "triggers, indexes and full text over our own tables",
    "data/logquery.py": "conditions in our own words; every value is bound",
    "data/migrate.py": "names and defaults of our own columns",
    "data/restores.py": "our own roles",
    "data/search.py": "min or max; parts joined with UNION",
    "vault/sqlcipher.py": "keys in hex: a PRAGMA takes no parameter",
}
"""Modules that put statements together, and from what. Nobody else may; values never stand in a statement."""


@lru_cache(maxsize=1)
def sources() -> list[tuple[str, ast.Module]]:
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))]


def walked(node: ast.AST, inside: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the class and function it stands in."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        where = (*inside, child.name) if named else inside
        yield ".".join(where), child
        yield from walked(child, where)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def used(names: set[str], under: str = "") -> set[tuple[str, str, str]]:
    """Where one of these is called or inherited from."""
    found = set()
    for file, tree in sources():
        for where, node in walked(tree) if file.startswith(under) else ():
            made = [node.func] if isinstance(node, ast.Call) else node.bases if isinstance(node, ast.ClassDef) else []
            found |= {(file, where, name_of(item)) for item in made if name_of(item) in names}
    return found


def aliases(names: set[str]) -> set[tuple[str, str]]:
    """Imports under another name, which the look above would miss."""
    return {
        (file, item.name)
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for item in node.names
        if item.asname and item.name in names
    }


def test_only_the_helpers_make_paragraphs_labels_tooltips_and_spreadsheet_files():
    found = used(PRINTS, "reports/") | used(MARKUP, "ui/") | used(MARKUP - {"addText"}, "app.py") | used(TABLES)
    assert found - set(ALLOWED) == set()
    assert set(ALLOWED) - found == set(), "an exception that nobody needs"
    assert aliases(PRINTS | MARKUP | TABLES) == set()


def test_the_exam_fills_every_print_there_is():
    modules = (records, records_capa, records_cases, records_papers, records_people)
    prints = {kind for module in modules for name, kind in vars(module).items() if name.endswith("Print")}
    assert {kind for _make, kind in MADE} | {records.ConfirmationPrint} == prints


def test_labels_are_plain_text():
    tree = dict(sources())["ui/kit/labels.py"]
    formats = [ast.unparse(node.args[0]) for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node.func) == "setTextFormat"]
    assert formats == ["Qt.TextFormat.PlainText"]


def test_nothing_reads_markup_elsewhere():
    """Neither reportlab outside the prints nor Qt outside the windows."""
    for file, tree in sources():
        modules = {name.partition(".")[0] for node in ast.walk(tree) for name in _imported(node)}
        assert "reportlab" not in modules or file.startswith("reports/"), file
        assert "PySide6" not in modules or file.startswith(("ui/", "app.py")), file


def _imported(node: ast.AST) -> list[str]:
    return (
        [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else [item.name for item in node.names]
        if isinstance(node, ast.Import)
        else []
    )


RUN = {"execute", "executemany", "executescript", "exec_driver_sql", "text"}


def _made_up(node: ast.expr) -> bool:
    """Text with something put in: by an f-string, by + or %, by ``format``."""
    formatted = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return (
        formatted
        or isinstance(node, ast.BinOp)
        or (isinstance(node, ast.JoinedStr) and any(isinstance(v, ast.FormattedValue) for v in node.values))
    )


def built(tree: ast.Module) -> bool:
    """Whether a module puts a statement together from parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            parts = any(isinstance(value, ast.FormattedValue) for value in node.values)
            if parts and isinstance(first, ast.Constant) and STATEMENT.match(str(first.value)):
                return True
        sides = [node.left] if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)) else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            sides = [node.func.value]
        if isinstance(node, ast.Call) and name_of(node.func) in RUN and node.args and _made_up(node.args[0]):
            return True
        if any(isinstance(side, ast.Constant) and STATEMENT.match(str(side.value)) for side in sides):
            return True
    return False


def test_statements_are_put_together_in_few_places_and_values_are_bound():
    found = {file for file, tree in sources() if built(tree)}
    assert found - set(BUILT) == set()
    assert set(BUILT) - found == set(), "an exception that nobody needs"


@pytest.mark.parametrize(
    "source",
    [
        "run(f'SELECT * FROM client WHERE surname = {name}')",
        "run('SELECT * FROM client WHERE surname = %s' % name)",
        "run('DELETE FROM client WHERE id = ' + name)",
        "run('DELETE FROM client WHERE id = {}'.format(name))",
        "driver.execute(f'{what} client')",
        "sa.text(WHAT.format(name))",
    ],
)
def test_the_look_at_statements_sees_them(source):
    assert built(ast.parse(source))


def test_nobody_sorts_by_a_text_that_was_given():
    """Lists come in their own order; the table on the screen sorts records in memory by its own columns."""
    names = {"sort", "order", "order_by", "sort_by", "column"}
    asked = {case.name: names & set(inspect.signature(case.function).parameters) for case in USE_CASES.values()}
    assert {name: found for name, found in asked.items() if found} == {}


QUOTED = re.compile(r'"[^\W_]+"\*(?: AND "[^\W_]+"\*)*(?: OR "[^\W_]+"\*(?: AND "[^\W_]+"\*)*)*')


def test_what_is_searched_for_is_quoted_words_only():
    for text in strings(2_000, 3, "/etc/passwd", "kwaad.invalid"):
        for expression in expressions(text):
            assert QUOTED.fullmatch(expression), (text, expression)
