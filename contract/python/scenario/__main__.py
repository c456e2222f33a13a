"""From application to certification, over the generated client; prints each step as it is done."""

import uuid
from datetime import date, timedelta
from typing import Any

from ctpat_client.api.accounts import account_accept_agreement, account_register, accounts_list
from ctpat_client.api.agreements import agreements_list
from ctpat_client.api.memberships import (
    membership_apply,
    membership_assign_specialist,
    membership_certify,
    membership_change_identifiers,
    membership_events,
    membership_get,
    membership_recommend_certification,
    membership_record_determination,
    membership_record_vetting_result,
    membership_set_bond,
)
from ctpat_client.api.people import me_get
from ctpat_client.api.profiles import (
    answer_get,
    answer_save,
    answers_list,
    profile_accept_answer,
    profile_approve,
    profile_start_review,
    profile_submit,
)
from ctpat_client.models.accept_agreement_request import AcceptAgreementRequest
from ctpat_client.models.accept_answer_request import AcceptAnswerRequest
from ctpat_client.models.account import Account
from ctpat_client.models.agreement_list import AgreementList
from ctpat_client.models.answer import Answer
from ctpat_client.models.answer_list import AnswerList
from ctpat_client.models.apply_request import ApplyRequest
from ctpat_client.models.approve_profile_request import ApproveProfileRequest
from ctpat_client.models.assign_specialist_request import AssignSpecialistRequest
from ctpat_client.models.certify_request import CertifyRequest
from ctpat_client.models.change_identifiers_request import ChangeIdentifiersRequest
from ctpat_client.models.event_page import EventPage
from ctpat_client.models.me import Me
from ctpat_client.models.membership import Membership
from ctpat_client.models.profile import Profile
from ctpat_client.models.recommend_certification_request import RecommendCertificationRequest
from ctpat_client.models.record_determination_request import RecordDeterminationRequest
from ctpat_client.models.record_vetting_result_request import RecordVettingResultRequest
from ctpat_client.models.register_account_request import RegisterAccountRequest
from ctpat_client.models.save_answer_request import SaveAnswerRequest
from ctpat_client.models.set_bond_request import SetBondRequest
from ctpat_client.models.start_review_request import StartReviewRequest
from ctpat_client.models.submit_profile_request import SubmitProfileRequest

from .portal import body, etag, portal_as, refused, stranger

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()


def done(what: str) -> None:
    print(f"    {what}")


def register(officer: Any) -> Account:
    request = RegisterAccountRequest.from_dict(
        {
            "company": {"name": "Sierra Textiles, LLC"},
            "primary_address": {
                "type": "headquarters",
                "country": "US",
                "street_1": "17 Pier Street",
                "city": "Newark",
                "postal_code": "07114",
                "staffed_office": True,
            },
            "contact": {
                "given_name": "Helen",
                "family_name": "Brandt",
                "email": "helen@example.com",
                "company_officer": True,
            },
        }
    )
    key = str(uuid.uuid4())
    first = body("register", Account, account_register.sync_detailed(client=officer, body=request, idempotency_key=key))
    again = body("repeat", Account, account_register.sync_detailed(client=officer, body=request, idempotency_key=key))
    if first.id != again.id:
        raise SystemExit("a repeat with the same key made a second account")
    return first


def answer_everything(officer: Any, profile_id: str) -> list[str]:
    asked = body("answers", AnswerList, answers_list.sync_detailed(profile_id, client=officer))
    criteria = [item.criterion_id for item in asked.items]
    for criterion in criteria:
        said = SaveAnswerRequest.from_dict({"met": "yes", "text": f"What we do about {criterion} at our site in Newark."})
        body(f"answer {criterion}", Answer, answer_save.sync_detailed(profile_id, criterion, client=officer, body=said))
    mended = SaveAnswerRequest.from_dict({"met": "yes", "text": "Signed by our managing partner in January."})
    refused("overwrite blindly", 428, answer_save.sync_detailed(profile_id, "1.1", client=officer, body=mended))
    tag = etag(answer_get.sync_detailed(profile_id, "1.1", client=officer))
    saved = answer_save.sync_detailed(profile_id, "1.1", client=officer, body=mended, if_match=tag)
    body("overwrite", Answer, saved)
    return criteria


def assign(supervisor: Any, specialist: Any, membership_id: str) -> None:
    me = body("me", Me, me_get.sync_detailed(client=specialist))
    request = AssignSpecialistRequest.from_dict({"specialist_id": me.person_id, "office": "newark"})
    answer = membership_assign_specialist.sync_detailed(membership_id, client=supervisor, body=request)
    body("assign", Membership, answer)


def change_identifiers(officer: Any, membership_id: str) -> None:
    numbers = [{"type": "importer_of_record", "value": "98-765432100"}, {"type": "ein", "value": "98-7654321"}]
    request = ChangeIdentifiersRequest.from_dict({"identifiers": numbers})
    tag = etag(membership_get.sync_detailed(membership_id, client=officer))
    changed = membership_change_identifiers.sync_detailed(membership_id, client=officer, body=request, if_match=tag)
    body("change identifiers", Membership, changed)
    stale = membership_change_identifiers.sync_detailed(membership_id, client=officer, body=request, if_match=tag)
    refused("change them by what was read before", 412, stale)


def review(specialist: Any, profile_id: str, criteria: list[str]) -> None:
    started = profile_start_review.sync_detailed(profile_id, client=specialist, body=StartReviewRequest())
    body("start", Profile, started)
    for criterion in criteria:
        request = AcceptAnswerRequest(criterion_id=criterion)
        body(f"accept {criterion}", Profile, profile_accept_answer.sync_detailed(profile_id, client=specialist, body=request))
    body("approve", Profile, profile_approve.sync_detailed(profile_id, client=specialist, body=ApproveProfileRequest()))


def settle(specialist: Any, membership_id: str, applied_on: str) -> None:
    bond = SetBondRequest.from_dict(
        {"kind": "importer", "term": "continuous", "number": "010001234", "surety": "Example Surety Company"}
    )
    body("bond", Membership, membership_set_bond.sync_detailed(membership_id, client=specialist, body=bond))
    result = RecordVettingResultRequest.from_dict(
        {"outcome": "passed", "summary": "no_concerns", "determined_on": applied_on}
    )
    answer = membership_record_vetting_result.sync_detailed(membership_id, client=specialist, body=result)
    vetted = body("vetting", Membership, answer)
    for condition in vetted.conditions:
        if not condition.settled:
            request = RecordDeterminationRequest.from_dict(
                {"condition": condition.condition, "outcome": "met", "basis": "Checked against the records."}
            )
            determined = membership_record_determination.sync_detailed(membership_id, client=specialist, body=request)
            body(f"determine {condition.condition}", Membership, determined)
    recommended = membership_recommend_certification.sync_detailed(
        membership_id, client=specialist, body=RecommendCertificationRequest()
    )
    body("recommend", Membership, recommended)


def main() -> None:
    officer, specialist, supervisor = portal_as("officer"), portal_as("specialist"), portal_as("supervisor")
    refused("list accounts without a token", 401, accounts_list.sync_detailed(client=stranger()))
    done("a stranger lists nothing")

    account = register(officer)
    agreements = body("agreements", AgreementList, agreements_list.sync_detailed(client=officer))
    version = next(one.version for one in agreements.items if one.in_force)
    accepted = account_accept_agreement.sync_detailed(
        account.id, client=officer, body=AcceptAgreementRequest(agreement_version=version)
    )
    body("accept", Account, accepted)
    done("the officer registers a company and accepts the agreement")

    request = ApplyRequest.from_dict(
        {
            "account_id": account.id,
            "entity_type": "importer",
            "country_of_establishment": "US",
            "identifiers": [{"type": "importer_of_record", "value": "98-765432100"}],
            "declarations": {"last_trading_on": YESTERDAY, "debt": "no_unpaid_final_debt"},
        }
    )
    membership = body("apply", Membership, membership_apply.sync_detailed(client=officer, body=request))
    done("applies as an importer")
    change_identifiers(officer, membership.id)
    done("replaces the identifiers by naming the version")

    criteria = answer_everything(officer, membership.profile_id)
    submitted = profile_submit.sync_detailed(membership.profile_id, client=officer, body=SubmitProfileRequest())
    body("submit", Profile, submitted)
    done(f"answers {len(criteria)} criteria and submits the profile")

    assign(supervisor, specialist, membership.id)
    done("a supervisor assigns the specialist")
    review(specialist, membership.profile_id, criteria)
    settle(specialist, membership.id, membership.to_dict()["dates"]["applied_on"])
    done("the specialist approves the profile and recommends the certification")

    certified = body(
        "certify", Membership, membership_certify.sync_detailed(membership.id, client=supervisor, body=CertifyRequest())
    )
    if certified.status != "certified":
        raise SystemExit(f"expected a certified membership, got {certified.status}")
    history = body("history", EventPage, membership_events.sync_detailed(membership.id, client=portal_as("auditor")))
    types = [event.type_ for event in history.items]
    if types[0] != "membership.applied" or types[-1] != "membership.certified":
        raise SystemExit(f"an unexpected history: {types}")
    done("the supervisor certifies, and the auditor reads how it came about")


main()
