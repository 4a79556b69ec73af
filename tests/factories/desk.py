"""Acts done past the pages, for tests of the desk: under the first regulation, by the people of `developer`."""

from __future__ import annotations

from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.common.dates import current_instant
from huiyin_engine.model.outcome import Act, Outcome

PACK = "R01"


def do(act: str, case: str, by: str, row: str | None = None, **inputs: object) -> Outcome:
    """Do an act now; it must be accepted."""
    now = current_instant()
    outcome = operations.perform(Act(act, case, by, now, now, inputs, row=row, pack=PACK))
    assert isinstance(outcome, Outcome), outcome
    return outcome


def take(by: str = "li", **inputs: object) -> Case:
    """Take a complaint by telephone, promised for a week from now."""
    given = {
        "customer": "钱先生",
        "phone": "13800138000",
        "category": "sales",
        "content": "工程部员工态度粗暴，拒绝说明漏水原因",
        "channel": "phone",
        "promised_at": (current_instant() // 86400 + 7) * 86400 + 18 * 3600,
        **inputs,
    }
    outcome = do("register", "", by, **{k: v for k, v in given.items() if v is not None})
    return Case.objects.get(pk=outcome.changes[0].case)


def routed(by: str = "li", **inputs: object) -> Case:
    """A complaint about the works department, reviewed and signed out to its manager."""
    case = take(by, respondent_post="dept_staff", dept="works", **inputs)
    do("review", case.id, "ma")
    do("issue", case.id, "he")
    case.refresh_from_db()
    return case
