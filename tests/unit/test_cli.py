"""The command line: what it prints, its exit codes, and that it goes through the same door and log."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest

from nmx_desk.services import account
from tests.authority import Authority, listening
from tests.clinic import PASSWORD
from tests.day import FILES, FORMS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run(clinic, tmp_path):
    """``run("log", "verify", user="manager")`` → (exit code, standard output, standard error)."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n", "utf-8")

    def call(*arguments, user="receptie", password=None, folder=None, **environment):
        if password is not None:
            secret.write_text(password, "utf-8")
        surroundings = os.environ | {
            "NMX_CLINIC": str(folder or clinic.folder),
            "NMX_USER": user,
            "NMX_PASSWORD_FILE": str(secret),
            "LC_ALL": "C.UTF-8",
            **environment,
        }
        done = subprocess.run(
            [sys.executable, "-m", "nmx_desk", *map(str, arguments)],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    return call


def as_json(answer):
    code, out, err = answer
    assert err == "" or code, err
    return json.loads(out)


def test_every_command_has_help(run):
    for command in (
        [],
        ["open"],
        ["demo"],
        ["import", "requests"],
        ["slots"],
        ["report"],
        ["clients", "export"],
        ["log", "list"],
        ["log", "verify"],
        ["log", "certificate"],
        ["backup"],
        ["restore"],
    ):
        code, out, _ = run(*command, "--help")
        assert code == 0 and "Usage" in out


def test_help_is_dutch_for_the_dutch(run):
    assert "Verzoek" not in run("--help")[1]
    assert "De map van de praktijk" in run("--help", LC_ALL="nl_NL.UTF-8")[1]


def test_version(run):
    code, out, _ = run("--version")
    assert code == 0 and out.startswith("nmx-desk ")


@pytest.mark.parametrize("name", FILES)
def test_import_of_a_website_file_says_the_truth(run, name):
    truth = json.loads((FORMS / f"{name}.truth.json").read_text("utf-8"))
    answer = as_json(run("import", "requests", FORMS / f"{name}.csv", "--dry-run", "--json"))
    assert (answer["format"], answer["rows"]) == (truth["format"], truth["rows"])
    assert answer["double"] == sum(person["dup_of"] is not None for person in truth["people"])
    for record, person in zip(answer["records"], truth["people"], strict=True):
        for key in ("row", "first_name", "prefix", "surname", "phone", "email", "received", "question"):
            assert record[key] == person[key], (name, person["row"], key)
        assert record["double_of"] == person["dup_of"]
        assert record["birth_date"] == (person["birth_date"] if truth.get("has_birth_date") else None)
        assert set(record) == {
            "row",
            "first_name",
            "prefix",
            "surname",
            "phone",
            "email",
            "birth_date",
            "received",
            "question",
            "double_of",
            "existing_client",
            "warnings",
            "initials",
            "sex",
            "phone2",
            "street",
            "house_no",
            "house_suffix",
            "postcode",
            "city",
            "preferred_times",
        }


def test_import_writes_once(run):
    file = FORMS / "gravity_forms.csv"
    assert as_json(run("import", "requests", file, "--dry-run", "--json"))["new"] > 0
    first = as_json(run("import", "requests", file, "--json"))
    again = as_json(run("import", "requests", file, "--json"))
    assert first["new"] > 0 and again["new"] == 0
    assert as_json(run("log", "verify", "--json", user="manager"))["ok"]


def test_verify_finds_what_was_changed_behind_the_log(clinic, run):
    from nmx_desk.vault.sqlcipher import connect

    key = clinic.as_("receptie").secrets.db_key
    clinic.close()
    raw = connect(clinic.folder / "desk.db", key)
    raw.execute("DROP TRIGGER nmx_clinic_update")
    raw.execute("UPDATE clinic SET name = 'behind the back'")
    raw.close()
    code, out, _ = run("log", "verify", "--json", user="manager")
    answer = json.loads(out)
    assert code == 1 and not answer["ok"] and set(answer) >= {"ok", "size", "root", "findings"}
    assert {(f["kind"], f["table"], f["field"]) for f in answer["findings"]} >= {("row_changed", "clinic", "name")}
    assert set(answer["findings"][0]) == {"kind", "seq", "table", "row", "field", "detail"}


def test_slots_are_what_can_be_booked(run):
    first = date.today() + timedelta(days=7)
    answer = as_json(run("slots", "--type", "advice_call", "--from", first, "--to", first + timedelta(days=6), "--json"))
    assert len(answer) > 50 and {row["practitioner"] for row in answer} == {"behandelaar", "collega"}
    mine = as_json(
        run("slots", "--type", "intake", "--from", first, "--to", first + timedelta(days=6), "--practitioner", "collega", "--json")
    )
    assert mine and {row["practitioner"] for row in mine} == {"collega"}
    assert run("slots", "--type", "haircut", "--from", first, "--to", first, "--json")[0] == 1


def test_reports(run, tmp_path):
    names = {item["name"] for item in as_json(run("report", "--list", "--json"))}
    assert {"month", "plan", "certificate"} <= names
    out = tmp_path / "month.pdf"
    assert run("report", "month", "--from", "2026-09-01", "--to", "2026-09-30", "--out", out, user="manager")[0] == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert run("report", "month", "--from", "2026-09-01", "--to", "2026-09-30", "--out", tmp_path / "x.pdf", user="receptie")[0] == 1
    assert run("report", "month", "--from", "2026-09-01", "--to", "2026-09-30", "--out", tmp_path / "x.docx", user="manager")[0] == 1


def test_figures_as_json(run, tmp_path):
    run("import", "requests", FORMS / "calendly.csv", "--json")
    out, days = tmp_path / "figures.json", ("--from", "2026-01-01", "--to", "2026-12-31")
    code, _out, _err = run("report", "figures", *days, "--out", out, user="manager")
    told = json.loads(out.read_text("utf-8"))
    assert (code, told["period"], told["definition"]) == (0, {"first": "2026-01-01", "last": "2026-12-31"}, "2")
    assert {"cut_off", "log", "filters", "clinic"} <= set(told)
    figures = {figure["key"]: figure for figure in told["figures"]}
    assert len(figures) == 25
    reached = figures["K3"]
    assert (reached["numerator"], reached["denominator"], reached["value"]) == (0, len(reached["counted"]), 0)
    assert reached["denominator"] > 0
    assert (reached["of"], reached["definition"], reached["hits"]) == ("advice_request", "2", [])
    assert figures["K14"]["value"] is None
    assert told["funnel"][0]["hits"] == figures["requests"]["counted"]
    assert run("report", "follow-up", *days, "--out", out, user="manager")[0] == 0
    assert [figure["key"] for figure in json.loads(out.read_text("utf-8"))["figures"]] == ["K9", "K12", "K13", "K14", "K19"]
    assert run("report", "funnel", *days, "--source", "phone", "--practitioner", "collega", "--out", out, user="manager")[0] == 0
    told = json.loads(out.read_text("utf-8"))
    assert (told["filters"]["source"], told["figures"][0]["value"]) == ("phone", 0)
    for wrong in (["daylist"], ["month", "--practitioner", "nobody"]):
        assert run("report", *wrong, *days, "--out", tmp_path / "x.json", user="manager")[0] == 1
    assert run("report", "figures", *days, "--out", tmp_path / "x.json", user="behandelaar")[0] == 1
    assert not (tmp_path / "x.json").exists()
    assert "definition version" in " ".join(run("report", "--help", user="manager", LC_ALL="C.UTF-8", COLUMNS="200")[1].split())


def test_certificate(run, tmp_path):
    out = tmp_path / "certificate.pdf"
    answer = as_json(run("log", "certificate", "--out", out, "--json", user="manager"))
    assert answer["ok"] and out.read_bytes().startswith(b"%PDF")


def test_log_list(run):
    run("import", "requests", FORMS / "calendly.csv", "--json")
    rows = as_json(run("log", "list", "--json", "--limit", 5, user="manager"))
    assert len(rows) == 5 and rows[0]["sentence"]


def test_backup_and_restore(clinic, run, tmp_path):
    run("import", "requests", FORMS / "calendly.csv", "--json")
    kept = tmp_path / "kept.nmxbackup"
    assert run("backup", kept, user="beheerder")[0] == 0
    assert run("backup", tmp_path / "no.nmxbackup", user="receptie")[0] == 1
    assert as_json(run("backup", "drill", kept, "--json", user="beheerder"))["root"]
    assert run("backup", "drill", kept, user="receptie")[0] == 1
    assert as_json(run("backup", "list", "--json", user="manager")) == []
    (clinic.folder / "backups").mkdir(exist_ok=True)
    assert run("backup", clinic.folder / "backups" / "own.nmxbackup", user="beheerder")[0] == 0
    (listed,) = as_json(run("backup", "list", "--json", user="manager"))
    assert listed["name"] == "own.nmxbackup" and listed["size"] and "own.nmxbackup" in run("backup", "list", user="manager")[1]
    code, _, err = run("restore", kept, tmp_path / "back", user="manager", password="wrong password here")
    assert code == 1 and err and not (tmp_path / "back").exists()
    assert run("restore", kept, tmp_path / "back", user="manager", password=PASSWORD)[0] == 0
    answer = as_json(run("log", "verify", "--json", user="manager", folder=tmp_path / "back"))
    assert answer["ok"], answer["findings"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    assert run("restore", kept, tmp_path / "full", user="manager")[0] in {1, 3}
    assert run("restore", kept)[0] == 2 and run("restore", kept, "--in-place", user="beheerder")[0] == 1  # nobody approved
    (clinic.folder / "desk.db").write_bytes(b"")
    assert run("restore", kept, "--in-place", user="beheerder")[0] == 0
    assert as_json(run("log", "verify", "--json", user="manager"))["ok"]
    assert run("log", "accept", "--reason", "er is niets weg", user="manager")[0] == 1
    damaged = tmp_path / "damaged.nmxbackup"
    damaged.write_bytes(kept.read_bytes()[:-5000])
    assert run("restore", damaged, tmp_path / "no")[0] in {1, 3}


def test_exit_codes(run, tmp_path):
    assert run("log", "verify", user="manager", password="not the password")[0] == 1
    assert run("slots")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("log", "verify", folder=tmp_path / "nothing")[0] == 3
    assert run("import", "requests", tmp_path / "missing.csv", password=PASSWORD)[0] == 1
    assert run("log", "verify", user="receptie", NMX_PASSWORD_FILE=str(tmp_path / "none"))[0] == 3
    code, _, err = run("log", "verify", NMX_CLINIC="")
    assert code == 2 and "--clinic" in err


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02" * 500,
        b"Naam,Telefoon\n" + b"x" * 200_000,
        b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1\n",
        "Jan,0600000001,jan@example.org\nPiet,0600000002,piet@example.org\n".encode("utf-16-le"),
    ],
)
def test_bad_files_get_a_sentence_and_leave_nothing(clinic, run, tmp_path, data):
    file = tmp_path / "bad.csv"
    file.write_bytes(data)
    code, out, err = run("import", "requests", file, "--json")
    assert code == 1 and out == "" and err.strip().endswith(".")
    with clinic.as_("receptie").database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM advice_request").scalar_one() == 0


def test_the_log_leaves_as_files_that_the_checker_checks(run, tmp_path):
    checker, export, proof, consistency = (tmp_path / name for name in ("check.py", "log.jsonl", "entry.json", "consistency.json"))
    assert run("log", "checker", "--out", checker)[0] == 0
    assert run("log", "export", "--out", export, user="manager")[0] == 1  # no reason
    assert not export.exists()
    made = as_json(run("log", "export", "--out", export, "--reason", "audit", "--json", user="manager"))
    assert made["entries"] == made["size"]
    assert run("log", "export", "--out", tmp_path / "h.jsonl", "--no-values", user="beheerder")[0] == 0
    assert run("log", "proof", "--entry", 3, "--out", proof, user="manager")[0] == 0
    assert run("log", "proof", "--consistency", 5, made["size"], "--out", consistency, user="manager")[0] == 0
    assert run("log", "proof", "--out", proof, user="manager")[0] == 2
    assert run("log", "export", "--out", export, "--client", "C-1", "--from-entry", 2, user="manager")[0] == 2
    for file in (export, tmp_path / "h.jsonl", proof, consistency):
        done = subprocess.run([sys.executable, "-I", str(checker), str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_log_is_stamped_on_the_command_line(run, tmp_path):
    authority, other = Authority(tmp_path / "one", "Stempel"), Authority(tmp_path / "two", "Vreemde")
    trusted, question, answer, kept = (tmp_path / name for name in ("trusted.pem", "question.tsq", "answer.tsr", "kept.tsr"))
    trusted.write_text(authority.trusted, "utf-8")
    assert run("log", "stamp", user="manager")[0] == 1  # nobody is asked unless an authority was chosen
    assert run("log", "authority", "--certificates", trusted, user="manager")[0] == 0
    assert run("log", "stamp", "--request", question, user="manager")[0] == 0
    answer.write_bytes(other.answer(question.read_bytes()))
    assert run("log", "stamp", "--response", answer, user="manager")[0] == 1
    answer.write_bytes(authority.answer(question.read_bytes()))
    assert as_json(run("log", "stamp", "--response", answer, "--json", user="manager"))["authority"] == "Stempel"
    with listening(lambda asked: (200, {}, authority.answer(asked))) as url:
        assert run("log", "authority", "--url", url, user="manager")[0] == 0
        made = as_json(run("log", "stamp", "--out", kept, "--json", user="manager"))
    assert as_json(run("log", "stamp", "--check", kept, "--json", user="beheerder")) == made
    assert run("log", "stamp", "--check", kept, "--response", kept, user="manager")[0] == 2
    assert as_json(run("log", "authority", "--json", user="manager"))["url"] == url
    assert run("log", "verify", user="manager")[0] == 0


def test_a_printed_root_on_the_command_line(run, tmp_path):
    export = tmp_path / "log.jsonl"
    made = as_json(run("log", "export", "--out", export, "--no-values", "--json", user="beheerder"))
    assert run("log", "anchor", "--check", f"{made['size']}:{made['root'][:20]}", user="manager")[0] == 0
    assert run("log", "anchor", "--check", f"{made['size'] - 1}:{made['root'][:20]}", user="manager")[0] == 1
    assert run("log", "anchor", "--check", "nonsense", user="manager")[0] == 1


def test_two_step_sign_in_takes_the_code_before_the_command(run, clinic):
    desk = clinic.as_("manager")
    secret = desk.do(account.two_step_setup).secret.replace(" ", "")
    desk.do(account.turn_on_two_step, pyotp.TOTP(secret).at(clinic.clock()))
    clinic.close()
    code, out, err = run("log", "verify", "--json", user="manager")
    assert (code, out) == (1, "")
    assert "--code" in err
    typed = pyotp.TOTP(secret).now()
    assert run("--code", typed, "log", "verify", "--json", user="manager")[0] == 0
    assert run("--code", typed, "log", "verify", "--json", user="manager")[0] == 1  # each code once
