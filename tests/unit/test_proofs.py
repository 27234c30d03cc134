"""Exports and proofs of the log: written at the door, checked by the stand-alone program as an auditor runs it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nmx_desk.audit import export
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Cancelled, NotAllowed, NotFound, UserError
from nmx_desk.services import clients, log, people, proofs
from nmx_desk.services.desk import Progress
from nmx_desk.services.proofs import Part
from tests.checker import CHECKER, check, entries, lines_of, put


@pytest.fixture
def busy(clinic):
    """A clinic with a log of several people."""
    reception, care = clinic.as_("receptie"), clinic.as_("behandelaar")
    made = [reception.do(clients.create_client, Client(first_name="Test", surname=f"Nummer{n}", phone="0600111222")) for n in range(3)]
    care.do(clients.change_client, replace(made[0], city="Zwolle ☂ é"))
    clinic.clock.move(days=1)
    reception.do(clients.open_client, made[1].id)
    clinic.made = made
    return clinic


@pytest.fixture
def whole(busy, tmp_path):
    file = tmp_path / "log.jsonl"
    proofs.export_log(busy.as_("manager"), file, reason="audit")
    return file


def test_a_whole_export_holds(whole):
    code, said = check(whole)
    assert code == 0, said
    assert "EVERYTHING HOLDS." in said
    lines = lines_of(whole)
    assert len(lines[1]["entry"]) == 22
    assert f"{lines[-1]['trailer']['entries']} entries" in said
    assert "Nummer1" in whole.read_text("utf-8")


def test_the_same_in_dutch(whole):
    code, said = check(whole, language="nl")
    assert code == 0
    assert "ALLES KLOPT." in said


def renumbered(lines):
    """One entry left out, the rest renumbered, the counts made to fit."""
    lines = [*lines[:20], *lines[21:]]
    for seq, line in enumerate(entries(lines)):
        line["entry"]["seq"] = seq
    lines[-1]["trailer"]["entries"] -= 1
    return lines


def other_value(lines):
    value = next(value for line in entries(lines) for value in line["values"] if value["field"] == "surname")
    value["new"] = "Iemand anders"
    return lines


def other_type(lines):
    value = next(value for line in entries(lines) for value in line["values"] if isinstance(value["new"], int))
    value["new"] = str(value["new"])
    return lines


def header_field(lines):
    entries(lines)[30]["entry"]["rule"] += " "
    return lines


def swapped(lines):
    lines[10], lines[11] = lines[11], lines[10]
    return lines


def value_gone(lines):
    next(line for line in entries(lines) if line["values"])["values"].pop()
    return lines


def blanked(lines):
    value = next(value for line in entries(lines) for value in line["values"] if value["field"] == "surname")
    value.update(salt=None, old=None, new=None)
    return lines


def cut(lines):
    """The tail left out, with a header and counts that fit."""
    heads = [line for line in lines if "head" in line][:-1]
    size = heads[-1]["head"]["size"]
    kept = entries(lines)[:size]
    values = sum(len(line["values"]) for line in kept)
    lines[0].update(size=size)
    return [lines[0], *kept, *heads, {"trailer": {"entries": size, "values": values, "erased": 0, "heads": len(heads)}}]


def signature(lines):
    head = next(line["head"] for line in lines if "head" in line)
    head["signature"] = head["signature"][:-2] + ("00" if head["signature"][-2:] != "00" else "01")
    return lines


def other_signer(lines):
    heads = [line["head"] for line in lines if "head" in line]
    keys = {head["key"] for head in heads}
    heads[-1]["key"] = next(key for key in keys if key != heads[-1]["key"])
    return lines


def other_key(lines):
    lines[0]["keys"][0]["user"] = "somebody"
    return lines


def head_gone(lines):
    at = next(n for n, line in enumerate(lines) if "head" in line)
    lines[-1]["trailer"]["heads"] -= 1
    return [*lines[:at], *lines[at + 1 :]]


def no_end(lines):
    return lines[:-1]


def nonsense(lines):
    lines[12] = {"entry": {"seq": "11"}}
    return lines


def earlier(lines):
    entries(lines)[-1]["entry"]["ts"] = "2020-01-01T00:00:00.000000Z"
    return lines


def told_twice(lines):
    """Who reads the first of the two sees somebody else act; the tree knows the second only."""
    text = json.dumps(entries(lines)[40])
    at = lines.index(entries(lines)[40])
    lines[at] = text.replace('"actor":', '"actor": "somebody else", "actor":', 1)
    return lines


def added_field(lines):
    entries(lines)[40]["entry"]["reason"] = "asked for by the client"
    return lines


def added_to_value(lines):
    next(line for line in entries(lines) if line.get("values"))["values"][0]["meaning"] = "something else"
    return lines


def yes_for_one(lines):
    value = next(value for line in entries(lines) for value in line["values"] if value["new"] == 1)
    value["new"] = True
    return lines


TAMPERED = {
    renumbered: "the signed root does not follow", other_value: "this is not what was logged", other_type: "this is not what was logged",
    header_field: "the signed root does not follow", swapped: "stands where", value_gone: "values are missing",
    blanked: "no later entry accounts for it", cut: "does not end with", signature: "the signature is not genuine",
    other_signer: "not signed by who acted", other_key: "The keys named first", head_gone: "not signed by who acted",
    told_twice: "was damaged or changed", added_field: "was damaged or changed", added_to_value: "was damaged or changed",
    yes_for_one: "was damaged or changed", no_end: "The counts at the end", nonsense: "was damaged or changed", earlier: "is earlier than",
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_a_changed_export_is_found(whole, tamper):
    code, said = check(put(whole, tamper(lines_of(whole))))
    assert code == 1
    assert TAMPERED[tamper] in said
    assert "NOT INTACT" in said


def test_an_export_signed_by_an_intruder_is_found(whole):
    """Everything rewritten and signed anew with a key of one's own: no entry made that key known."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nmx_desk.audit.entry import Head, head_message
    from nmx_desk.audit.signer import UserSigner

    signer = UserSigner(Ed25519PrivateKey.generate().private_bytes_raw(), 1)
    lines = lines_of(whole)
    head = lines[-2]["head"]
    head["key"] = signer.key_id
    signed = Head(head["size"], bytes.fromhex(head["root"]), head["ts"], signer.key_id, 1, b"")
    head["signature"] = signer.sign(head_message(lines[0]["db"], signed)).hex()
    code, said = check(put(whole, lines))
    assert code == 1
    assert "that nobody made known" in said


def test_without_values_the_tree_and_signatures_still_hold(busy, tmp_path):
    file = tmp_path / "headers.jsonl"
    proofs.export_log(busy.as_("beheerder"), file, values=False)
    text = file.read_text("utf-8")
    assert "Nummer1" not in text and "0600111222" not in text and "Zwolle" not in text
    code, said = check(file)
    assert code == 0, said
    assert "not in this file" in said


def test_values_are_for_whoever_may_see_all_and_says_why(busy, tmp_path):
    file = tmp_path / "log.jsonl"
    with pytest.raises(NotAllowed) as denied:
        proofs.export_log(busy.as_("manager"), file)
    assert denied.value.needs_reason
    for who in ("beheerder", "receptie", "behandelaar"):
        with pytest.raises(NotAllowed):
            proofs.export_log(busy.as_(who), file, reason="curious")
    with pytest.raises(NotAllowed):
        proofs.export_log(busy.as_("receptie"), file, values=False)
    assert list(tmp_path.glob("log*")) == []


@pytest.mark.parametrize("part", [Part(first=20, last=25), Part(client_no="C-000002"), Part(since=None, until=None, first=0, last=0)])
def test_a_part_holds_and_a_changed_part_does_not(busy, tmp_path, part):
    file = tmp_path / "part.jsonl"
    made = proofs.export_log(busy.as_("manager"), file, part, reason="audit")
    code, said = check(file)
    assert code == 0, said
    assert f"of {made.size} entries" in said
    lines = lines_of(file)
    wanted = next(line for line in entries(lines) if all("salt" in value for value in line["values"]) and line["values"])
    wanted["entry"]["obj_id"] = "another"
    code, said = check(put(file, lines))
    assert code == 1
    assert "is not of this log" in said


def test_a_period_holds(busy, tmp_path):
    file, manager = tmp_path / "part.jsonl", busy.as_("manager")
    day = busy.clock().date()
    proofs.export_log(manager, file, Part(since=day, until=day), reason="audit")
    assert check(file)[0] == 0
    times = {line["entry"]["ts"][:10] for line in entries(lines_of(file))}
    assert day.isoformat() in times
    with pytest.raises(UserError):
        proofs.export_log(manager, file, Part(since=day + timedelta(days=9)), reason="audit")


def test_a_clients_part_names_no_other_client(busy, tmp_path):
    file = tmp_path / "part.jsonl"
    proofs.export_log(busy.as_("manager"), file, Part(client_no="C-000002"), reason="audit")
    text = file.read_text("utf-8")
    assert "Nummer1" in text
    assert "Nummer0" not in text and "Nummer2" not in text


def test_an_export_is_there_whole_or_not_at_all(busy, tmp_path):
    file, progress = tmp_path / "log.jsonl", Progress()
    file.write_text("what was there before", "utf-8")
    progress.cancel()
    with pytest.raises(Cancelled):
        proofs.export_log(busy.as_("manager"), file, reason="audit", progress=progress)
    assert [path.name for path in tmp_path.glob("log*")] == ["log.jsonl"]
    assert file.read_text("utf-8") == "what was there before"


def test_an_export_is_logged_before_it_stands_there(busy, tmp_path, monkeypatch):
    """When the log cannot say that it was exported, there is no export."""
    manager = busy.as_("manager")

    def fails(*arguments, **named):
        raise OSError("full")

    monkeypatch.setattr(manager, "_log_reading", fails)
    with pytest.raises(Exception, match=r".+"):
        proofs.export_log(manager, tmp_path / "log.jsonl", reason="audit")
    assert list(tmp_path.glob("log*")) == []
    monkeypatch.undo()
    proofs.export_log(manager, tmp_path / "log.jsonl", reason="an audit by the auditor")
    second = tmp_path / "second.jsonl"
    proofs.export_log(manager, second, reason="again")
    told = [line for line in entries(lines_of(second)) if line["entry"]["code"] == "EXPORT"]
    assert {"an audit by the auditor"} <= {value["new"] for line in told for value in line["values"]}


@pytest.mark.parametrize("values", [True, False])
def test_the_proof_of_an_entry_holds_for_that_entry_only(busy, tmp_path, values):
    manager, file = busy.as_("manager"), tmp_path / "entry.json"
    for seq in (0, 1, 17, 40, manager.log_size - 1):
        file.write_bytes(manager.do(proofs.entry_proof, seq, values=values, reason="audit" if values else ""))
        code, said = check(file)
        assert code == 0, (seq, said)
        proof = json.loads(file.read_text("utf-8"))
        mine = next(line for line in proof["entries"] if line["entry"]["seq"] == seq)
        assert f"proof of entry {seq}:" in said
        file.write_text(json.dumps(proof | {"about": seq + 1000}), "utf-8")
        assert check(file)[0] == 1
        mine["entry"]["role"] = "auditor"
        file.write_text(json.dumps(proof), "utf-8")
        assert check(file)[0] == 1


@pytest.mark.parametrize("forged", [
    {"field": "surname", "old": None, "new": "Forged"}, {"field": "surname", "new": "Forged"}, {"field": 3}, {}, "Forged", 7, None, [],
])  # fmt: skip
def test_a_value_without_its_salt_shows_nothing(whole, forged):
    """Left out is left out: what nothing proves does not stand there as if it were proven."""
    lines = lines_of(whole)
    made = next(line for line in entries(lines) if any(value["field"] == "surname" for value in line["values"]))
    at = next(n for n, value in enumerate(made["values"]) if value["field"] == "surname")
    made["values"][at] = {"field": "surname"}
    lines[-1]["trailer"]["values"] -= 1
    assert check(put(whole, lines))[0] == 0
    made["values"][at] = forged
    assert check(put(whole, lines))[0] == 1


def test_one_proves_only_what_one_may_see(busy):
    reception = busy.as_("receptie")
    mine = reception.do(log.list_log)[0].seq
    with pytest.raises(NotAllowed):
        reception.do(proofs.entry_proof, 0)
    assert "DENY" in {row.code for row in busy.as_("manager").do(log.list_log)[:5]}
    with pytest.raises(NotAllowed):
        reception.do(proofs.entry_proof, mine, values=True, reason="mine")
    assert reception.do(proofs.entry_proof, mine)


def test_one_log_is_the_beginning_of_another(busy, tmp_path):
    manager, file = busy.as_("manager"), tmp_path / "consistency.json"
    first = manager.log_size
    manager.do(clients.change_client, replace(busy.made[2], city="Assen"))
    file.write_bytes(manager.do(proofs.consistency, first))
    code, said = check(file)
    assert code == 0, said
    assert f"The log of {first} entries is the beginning" in said
    proof = json.loads(file.read_text("utf-8"))
    proof["first"]["root"] = proof["first"]["root"][:-1] + ("0" if proof["first"]["root"][-1] != "0" else "1")
    file.write_text(json.dumps(proof), "utf-8")
    assert check(file)[0] == 1
    with pytest.raises(NotFound):
        manager.do(proofs.consistency, 10_000)
    with pytest.raises(NotFound):
        manager.do(proofs.consistency, 5, 7)


def test_what_was_typed_from_paper(busy, whole):
    head = lines_of(whole)[-4]["head"]
    size, root = head["size"], head["root"]
    assert check(whole, "--size", size, "--root", root[:20])[0] == 0
    code, said = check(whole, "--size", size, "--root", root[:19] + ("0" if root[19] != "0" else "1"))
    assert code == 1
    assert "is NOT that of this log" in said
    code, said = check(whole, "--size", 90_000, "--root", root[:20])
    assert code == 2
    assert "cannot tell" in said
    assert check(whole, "--size", size)[0] == 2
    assert check(whole, "--size", size, "--root", root[:5])[0] == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "nmx-log-export", "version": 2}', "\x00\xff", '"nmx"', "null"])
def test_what_is_no_export_cannot_be_checked(tmp_path, text):
    file = tmp_path / "other"
    file.write_text(text, "utf-8")
    code, said = check(file)
    assert code == 2
    assert "COULD NOT BE CHECKED." in said
    assert check(tmp_path / "nowhere")[0] == 2


def test_no_line_can_be_broken_so_that_the_checker_breaks(whole):
    """Every part of three lines replaced by something of another kind: always an answer, never "everything holds"."""
    lines = lines_of(whole)
    whole_text = [json.dumps(line) for line in lines]
    for at in (3, len(lines) - 2):
        ((kind, inner),) = [(name, part) for name, part in lines[at].items() if name in ("entry", "head")]
        for name in inner:
            for other in (None, [], {}, "x", -1, 1.5, True):
                text = list(whole_text)
                text[at] = json.dumps(lines[at] | {kind: inner | {name: other}})
                if text[at] != whole_text[at] and not (other is True and inner[name] == 1):
                    whole.write_text("\n".join(text) + "\n", "utf-8")
                    assert run_inside(whole) == 1, (kind, name, other)


def run_inside(file):
    """The checker in this process, for many runs."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("nmx_check", CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    speech = module.Speech("en")
    module.check(str(file), speech, None)
    return 1 if speech.found else 2 if speech.unknown else 0


def test_a_printed_root_is_checked_at_the_door(busy):
    manager = busy.as_("manager")
    with manager.database.reading():
        head = export.newest(manager.database.reading_driver)
    text = f"NMX:58AB26CD-3020:{head.size}:{head.root.hex().upper()}"
    assert proofs.read_anchor(text) == (head.size, head.root.hex())
    assert proofs.read_anchor(f"{head.size:,}: {head.root.hex()[:20]}") == (head.size, head.root.hex()[:20])
    manager.do(people.list_practitioners)
    found = manager.do(proofs.check_anchor, head.size, head.root.hex()[:20])
    assert found.holds, found
    assert not manager.do(proofs.check_anchor, head.size - 1, head.root.hex()[:20]).holds
    assert not manager.do(proofs.check_anchor, head.size + 1000, head.root.hex()[:20]).holds
    assert "entries are gone" in manager.do(proofs.check_anchor, head.size + 1000, head.root.hex()[:20]).sentence()
    for wrong in ("", "12408", "12408:3fa9", "x:3fa95c01b7d2e8846f1a"):
        with pytest.raises(UserError):
            proofs.read_anchor(wrong)


def test_the_checker_stands_alone():
    source = Path(CHECKER).read_text("utf-8")
    assert "nmx_desk" not in source.split('"""', 2)[2]
    assert len(source.splitlines()) <= 400
