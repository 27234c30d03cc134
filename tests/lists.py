"""Controlled documents in other tests: a list stored in one go, and everything that waits approved by a colleague."""

from nmx_desk.services import code_lists, paper_steps, papers
from tests.clinic import once


def _store(work, list_code, base, items):
    return code_lists.store_version(work, list_code, base, items)


save_list = once(_store, "documents.approve")
save_list.code = "CONFIG"


def approve_papers(clinic, username="collega"):
    """This user approves every version that waits for them; the documents."""
    desk = clinic.as_(username)
    waiting = [desk.do(papers.open_paper, row.key).versions[0].id for row in desk.do(papers.list_papers) if row.to_decide]
    return [desk.do(paper_steps.approve_version, version_id) for version_id in waiting]
