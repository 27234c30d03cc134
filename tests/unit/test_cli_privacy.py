"""The commands for privacy requests: the same door, the same two people."""

import json
import zipfile

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind
from nmx_desk.services import clients, privacy
from tests.unit.test_cli import as_json, run  # noqa: F401 (a fixture)


@pytest.fixture
def granted(clinic):
    """A granted copy and an approved destruction of one client."""
    care = clinic.as_("behandelaar")
    client = clinic.as_("receptie").do(
        clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678", practitioner_id=care.user.id)
    )
    for kind, scope in ((PrivacyKind.COPY, None), (PrivacyKind.DESTRUCTION, ErasureScope.FILE)):
        asked = clinic.as_("receptie").do(privacy.register_request, kind, client.id)
        clinic.as_("receptie").do(privacy.identify, asked.id, "paspoort gezien")
        care.do(privacy.propose_decision, asked.id, Decision.GRANTED, scope=scope)
        clinic.as_("manager").do(privacy.approve_decision, asked.id)
    clinic.close()
    return client


def test_list_copy_and_destroy(run, granted, tmp_path):  # noqa: F811
    requests = as_json(run("privacy", "list", "--json"))
    assert [(item["number"], item["kind"]) for item in requests] == [("P-00001", "copy"), ("P-00002", "destruction")]
    target = tmp_path / "copy.zip"
    assert run("privacy", "copy", "P-00001", target, user="receptie")[0] != 0 and not target.exists()
    assert as_json(run("privacy", "copy", "p-00001", target, "--json", user="behandelaar"))["records"] >= 2
    with zipfile.ZipFile(target) as found:
        assert json.loads(found.read("records.json"))["records"]["client"][0]["surname"] == "Meer"
    assert run("privacy", "copy", "P-00001", target, user="behandelaar")[0] != 0  # nothing is overwritten
    total = as_json(run("privacy", "destroy", "P-00002", "--json", user="beheerder"))["total"]
    assert as_json(run("privacy", "list", "--json"))[1]["state"] == "decided"
    assert as_json(run("privacy", "destroy", "P-00002", "--yes", "--json", user="beheerder"))["records"] == total
    code, _out, said = run("privacy", "destroy", "P-00099", "--yes", user="beheerder")
    assert code != 0 and "P-00099" in said
    assert as_json(run("log", "verify", "--json", user="manager"))["ok"]
