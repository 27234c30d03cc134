"""Importing answers about satisfaction from another program: what each row becomes, once; the whole of it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType

from nmx_desk.data.store import in_parts, table_of
from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.request_views import ImportMark, ImportPreview, ImportRecord, ImportResult, ImportUndone
from nmx_desk.domain.requests import ImportBatch
from nmx_desk.domain.satisfaction import AnswerWay, AskedAt, Invitation, SatisfactionAnswer, typed_code
from nmx_desk.exchange.answers_read import ParsedAnswer, map_columns, parse_answers, read_answers
from nmx_desk.exchange.web_forms import ParsedFile
from nmx_desk.i18n import _
from nmx_desk.services.citizen_number import holds_citizen_number
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.import_files import CHUNK, batch_of, preview_of, remember, remembered, seen, took_back, unique
from nmx_desk.services.satisfaction import practitioners

_TARGET = ImportTarget.ANSWERS


@dataclass(frozen=True)
class _Judged:
    """A row and what becomes of it; ``answer`` None: nothing."""

    record: ImportRecord
    answer: SatisfactionAnswer | None = None
    form: Invitation | None = None


@use_case("satisfaction.enter", writes=False)
def read_answer_columns(work: Work, data: bytes) -> tuple[str, ...]:  # noqa: ARG001 (every use case gets its work)
    """The columns of a file in which nothing was recognised, for choosing among them."""
    return read_answers(data).columns


@use_case("satisfaction.enter", writes=False, aside=True)
def preview_answers(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportPreview:
    """What importing a file of answers would do. ``mapping``: field to column, before what is recognised."""
    parsed, judged = _read(work, data, mapping)
    return seen(work, data, preview_of(file_name, parsed, [one.record for one in judged]))


@use_case("satisfaction.enter", code="IMPORT", typed=False)
def import_answers(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportResult:
    """Import answers in one go; a row that came before, or whose form came back, is left out."""
    parsed, judged = _read(work, data, mapping)
    preview = preview_of(file_name, parsed, [one.record for one in judged])
    batch = work.store.add(batch_of(preview, _TARGET))
    if mapping:
        remember(work, file_name, parsed, _TARGET)
    made = [one for one in judged if one.answer is not None]
    for start in range(0, len(made), CHUNK):
        work.progress.report(start, len(made), _("Saving the answers"))
        for one in made[start : start + CHUNK]:
            _keep(work, one, batch.id)
    work.progress.report(len(made), len(made), _("Sealing the log"))
    return ImportResult(batch, preview)


def _keep(work: Work, one: _Judged, import_id: str) -> None:
    if one.answer is None:
        return
    answer = SatisfactionAnswer(**{**vars(one.answer), "import_id": import_id})
    if one.form is not None:
        work.store.change(one.form, answered_on=answer.answered_on)
    work.store.add(answer)


@use_case("satisfaction.enter")
def undo_answer_import(work: Work, import_id: str, *, edited_too: bool = False) -> ImportUndone:  # noqa: ARG001 (answers are never edited)
    """Take an import back, on any later day: its answers go, their forms wait again. The log keeps everything."""
    batch = work.store.get(ImportBatch, import_id)
    answers = work.store.find(SatisfactionAnswer, import_id=batch.id)
    for one in answers:
        form = work.store.find_one(Invitation, id=one.invitation_id) if one.invitation_id else None
        if form is not None:
            work.store.change(form, answered_on=None)
        work.store.remove(one)
    took_back(work, batch, all_of_it=True)
    return ImportUndone(len(answers))


# -- judging -----------------------------------------------------------------------------------------------------------------------------


def _read(work: Work, data: bytes, mapping: Mapping[str, str] | None) -> tuple[ParsedFile, list[_Judged]]:
    work.progress.report(0, 0, _("Reading the file"))
    table = read_answers(data)
    found = map_columns(table.columns, remembered(work, table.columns, _TARGET) | dict(mapping or {}))
    rows = parse_answers(table, found, work.today())
    parsed = ParsedFile(
        "generic", table.encoding, table.delimiter, table.columns, MappingProxyType(found), (), tuple(table.notices)
    )  # fmt: skip
    return parsed, _Judge(work, rows).judge()


class _Judge:
    """Says of each row whether it is a new answer, was imported before, or belongs to a form that came back."""

    def __init__(self, work: Work, rows: list[ParsedAnswer]) -> None:
        self._work, self._rows = work, rows
        self._keys = unique([row.external_key for row in rows])
        column = table_of(SatisfactionAnswer).c.external_key
        self._there = {one.external_key for part in in_parts(self._keys) for one in work.store.find(SatisfactionAnswer, column.in_(part))}
        self._people = {name.casefold(): user_id for user_id, name in practitioners(work, everybody=True)}
        self._used: set[str] = set()

    def judge(self) -> list[_Judged]:
        """Every row in its order."""
        return [self._one(key, row) for key, row in zip(self._keys, self._rows, strict=True)]

    def _one(self, key: str, row: ParsedAnswer) -> _Judged:
        warnings = list(row.warnings)
        if key in self._there:
            return _Judged(_record(row, warnings, "skipped", _("This row was imported before.")))
        if row.empty:
            return _Judged(_record(row, warnings, "skipped", _("Nothing was answered.")))
        if holds_citizen_number(row.text):
            warnings.append(_("The row seems to hold a citizen service number (BSN). Take it out of the file first."))
            return _Judged(_record(row, warnings, "skipped", _("It is left out.")))
        form, again = self._form(row, warnings)
        if again:
            return _Judged(_record(row, warnings, "double", _("This form came back already.")))
        who = self._people.get(" ".join(row.practitioner.split()).casefold())
        if row.practitioner and who is None:
            warnings.append(_("“{name}” is none of the practitioners; it was left open.").format(name=row.practitioner[:40]))
        answer = SatisfactionAnswer(
            client_id=form.client_id if form else None, practitioner_id=(form.practitioner_id if form else None) or who,
            invitation_id=form.id if form else None, answered_on=row.answered_on or self._work.today(), way=AnswerWay.IMPORT,
            moment=form.moment if form else row.moment or AskedAt.DURING, recommend=row.recommend, mark=row.mark, text=row.text,
            external_key=key,
        )  # fmt: skip
        return _Judged(_record(row, warnings, "new", ""), answer, form)

    def _form(self, row: ParsedAnswer, warnings: list[str]) -> tuple[Invitation | None, bool]:
        """The form a row stands on, and whether it came back before."""
        if not row.code:
            return None, False
        code = typed_code(row.code)
        form = self._work.store.find_one(Invitation, code=code) if code else None
        if form is None:
            warnings.append(_("No form was handed out with the code “{code}”.").format(code=row.code))
            return None, False
        again = form.answered_on is not None or form.id in self._used
        self._used.add(form.id)
        return form, again


def _record(row: ParsedAnswer, warnings: list[str], mark: ImportMark, reason: str) -> ImportRecord:
    return ImportRecord(
        row=row.row, received=datetime.combine(row.answered_on, time()) if row.answered_on else None, question=row.text,
        preferred_times="", double_of=None, existing_client=None, warnings=tuple(warnings), unread={}, mark=mark, reason=reason,
        recommend=row.recommend, given=row.mark,
    )  # fmt: skip
