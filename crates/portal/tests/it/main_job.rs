//! The whole way of an importer, from the registration to the certification, with a return on the way; and what lists and work queue show
//! after each step.

use crate::house::*;
use crate::steps::*;
use kernel::MembershipId;
use kernel::identifiers::IdentifierType;
use membership::membership::{Office, Status, Tier};
use portal::access::Permission;
use portal::{AccountFilter, AnswerMatch, FeedRequest};
use profile::{AcceptAnswer, Approve, RejectAnswer, Return, Standing};

on_both_engines!(
    an_importer_is_certified_after_a_return,
    a_step_that_comes_too_early_is_refused_and_leaves_nothing
);

const DUE: &str = "2026-04-01";
const DECISION_DUE: &str = "2026-06-18";

/// Status, who has to act, what has to be done and by when.
async fn shows(
    house: &House,
    id: MembershipId,
    status: &str,
    waits: Option<(&str, &str)>,
    due_on: Option<&str>,
) {
    let row = house.row(id).await;
    assert_eq!(
        (row.status.as_str(), row.waiting_for.as_deref(), row.next_step.as_deref(), row.due_on),
        (status, waits.map(|(who, _)| who), waits.map(|(_, what)| what), due_on.map(day)),
    );
    let expected = waits.map(|(_, what)| vec![(id.to_string(), what.to_owned())]).unwrap_or_default();
    for party in ["company", "specialist", "supervisor"] {
        let queue = house.queue(&director(), party).await;
        let mine = waits.is_some_and(|(who, _)| who == party);
        assert_eq!(queue, if mine { expected.clone() } else { Vec::new() }, "the queue of the {party}");
    }
    let own = house.portal.membership(&house.call(&auditor()).await, id, None).await.unwrap();
    assert_eq!((own.state.status.as_str(), own.version), (row.status.as_str(), row.version));
}

async fn an_importer_is_certified_after_a_return(house: House) {
    let portal = &house.portal;
    let officer = person("zdenka");
    let (specialist, supervisor) = (specialist(), supervisor());

    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let accounts = portal
        .accounts(&house.call(&officer).await, &AccountFilter::default(), &whole())
        .await
        .unwrap()
        .items;
    assert_eq!((accounts[0].name.as_str(), &accounts[0].agreement_version), ("Great Lakes Imports", &None));
    house.minute();
    house.accept_agreement(&officer, account).await;
    let accounts = portal
        .accounts(&house.call(&officer).await, &AccountFilter::default(), &whole())
        .await
        .unwrap()
        .items;
    assert_eq!(accounts[0].agreement_version.as_deref(), Some(AGREEMENT));

    house.minute();
    let Applied { membership, profile, .. } = house.apply(&officer, importer(account, NUMBER)).await;
    shows(&house, membership, "pre_applicant", Some(("company", "submit_profile")), Some(DUE)).await;
    let asked = house.profile_row(profile).await;
    assert_eq!((asked.status.as_str(), asked.answers_complete, asked.round), ("in_progress", 0, 0));
    assert!(asked.answers_needed > 40);

    let employee = person("oswin");
    house.user(&officer, account, &employee, kernel::Role::Employee).await;
    house.day("2026-03-19");
    house.answer_all(&employee, profile).await;
    let answered = house.profile_row(profile).await;
    assert_eq!(answered.answers_complete, answered.answers_needed);
    assert_error!(
        portal.submit_profile(&house.call(&employee).await, profile).await,
        portal::PortalError::Forbidden
    );

    house.day("2026-03-20");
    portal.submit_profile(&house.call(&officer).await, profile).await.unwrap();
    shows(&house, membership, "applicant", Some(("supervisor", "assign_specialist")), Some(DECISION_DUE))
        .await;
    assert_eq!(house.profile_row(profile).await.status, "submitted");
    let first = criterion(0, &house.profile(&officer, profile).await.state);
    refused(
        portal
            .save_answer(&house.call(&officer).await, profile, save(first, "Too late."), AnswerMatch::Free)
            .await,
        "profile_locked",
    );

    house.day("2026-03-23");
    house.assign(&supervisor, membership, &specialist, Office::Buffalo).await;
    shows(&house, membership, "applicant", Some(("specialist", "review_profile")), Some(DECISION_DUE)).await;
    let row = house.row(membership).await;
    assert_eq!(row.office.as_deref(), Some("buffalo"));
    assert_eq!(row.specialist_id, Some(house.call(&specialist).await.caller.person_id.to_string()));
    assert_eq!(kernel::programme_date(row.waiting_since.unwrap()), day("2026-03-20"), "since it came in");

    let call = house.call(&specialist).await;
    portal.start_review(&call, profile).await.unwrap();
    assert_eq!(house.profile_row(profile).await.status, "under_review");
    refused(
        portal.return_profile(&call, profile, Return { due_on: None, comment: None }).await,
        "nothing_rejected",
    );
    let second = criterion(1, &house.profile(&specialist, profile).await.state);
    portal.accept_answer(&call, profile, AcceptAnswer { criterion_id: first, comment: None }).await.unwrap();
    let comment = text("Name the second factor.");
    portal.reject_answer(&call, profile, RejectAnswer { criterion_id: second, comment }).await.unwrap();
    refused(portal.approve_profile(&call, profile, Approve { comment: None }).await, "answers_not_accepted");
    let back = Return { due_on: Some(day("2026-04-10")), comment: None };
    portal.return_profile(&call, profile, back).await.unwrap();
    shows(&house, membership, "applicant", Some(("company", "answer_returned_profile")), Some("2026-04-10"))
        .await;
    assert_eq!(house.profile_row(profile).await.status, "returned");

    house.day("2026-03-30");
    refused(portal.submit_profile(&house.call(&officer).await, profile).await, "profile_incomplete");
    let to_do = portal.membership_to_do(&house.call(&officer).await, membership).await.unwrap();
    assert_eq!(to_do.answers.iter().map(|missing| missing.criterion_id).collect::<Vec<_>>(), vec![second]);
    assert_eq!(to_do.due_on, Some(day("2026-04-10")));
    let mended = save(second, "A badge and a code.");
    portal.save_answer(&house.call(&officer).await, profile, mended, AnswerMatch::Free).await.unwrap();
    portal.submit_profile(&house.call(&officer).await, profile).await.unwrap();
    shows(&house, membership, "applicant", Some(("specialist", "review_profile")), Some(DECISION_DUE)).await;
    let submitted = house.profile_row(profile).await;
    assert_eq!((submitted.status.as_str(), submitted.round), ("submitted", 2));
    let state = house.profile(&officer, profile).await.state;
    assert_eq!(state.answer(&first).unwrap().standing(), Standing::Accepted, "an acceptance stays");

    house.day("2026-04-02");
    portal.start_review(&call, profile).await.unwrap();
    house.accept_all(&specialist, profile).await;
    portal.approve_profile(&call, profile, Approve { comment: None }).await.unwrap();
    shows(
        &house,
        membership,
        "approved",
        Some(("specialist", "recommend_certification")),
        Some(DECISION_DUE),
    )
    .await;
    let approved = house.profile_row(profile).await;
    assert_eq!((approved.status.as_str(), approved.approved_on), ("approved", Some(day("2026-04-02"))));
    let state = house.profile(&officer, profile).await.state;
    assert_eq!(state.snapshot(1).unwrap().answers[&second].content.text.as_str(), "A badge and a code.");

    house.day("2026-04-15");
    refused(house.recommend(&specialist, membership).await, "vetting_not_passed");
    house.clear(&specialist, membership, "2026-04-14").await;
    house.recommend(&specialist, membership).await.unwrap();
    shows(&house, membership, "approved", Some(("supervisor", "certify")), Some(DECISION_DUE)).await;

    // Other identifiers: the vetting was about others, so the recommendation lapses.
    house.day("2026-04-16");
    let call = house.call(&officer).await;
    let identifiers = vec![identifier(IdentifierType::ImporterOfRecord, "98-765432100")];
    portal
        .on_membership(&call, membership, Permission::MembershipEdit, |facts| {
            change(facts, identifiers.clone())
        })
        .await
        .unwrap();
    shows(
        &house,
        membership,
        "approved",
        Some(("specialist", "recommend_certification")),
        Some(DECISION_DUE),
    )
    .await;
    house
        .on_membership(&specialist, membership, Permission::MembershipVet, vetted("2026-04-16"))
        .await
        .unwrap();

    // The supervisor recommends this time, so somebody else has to certify.
    house.recommend(&supervisor, membership).await.unwrap();
    house.day("2026-04-22");
    assert_error!(house.certify(&specialist, membership).await, portal::PortalError::Forbidden);
    refused(house.certify(&supervisor, membership).await, "four_eyes");
    let certified = house.certify(&director(), membership).await.unwrap();
    assert_eq!((certified.state.status, certified.state.tier), (Status::Certified, Some(Tier::Tier1)));
    assert!(certified.state.is_eligible());
    shows(&house, membership, "certified", None, Some("2027-04-22")).await;
    assert_eq!(house.row(membership).await.certified_on, Some(day("2026-04-22")));

    nobody_is_named(&house).await;
    house.is_sound().await;
    shows(&house, membership, "certified", None, Some("2027-04-22")).await;
}

/// Names, addresses and secrets are nowhere in the ledger; who did what is, by id.
async fn nobody_is_named(house: &House) {
    let call = house.call(&auditor()).await;
    let request = FeedRequest { limit: 100_000, ..FeedRequest::default() };
    let page = house.portal.feed(&call, &request).await.unwrap();
    assert_eq!(page.next_after, house.head().await);
    assert!(page.events.len() > 100);
    for event in &page.events {
        let whole = format!("{} {}", event.payload, serde_json::to_string(&event.metadata).unwrap());
        for secret in [
            "Zdenka",
            "Quillfeather",
            "quillfeather.example",
            "Oswin",
            "Thistlemark",
            "@",
            "555 0177",
            NETWORK_ADDRESS,
            "Keeper of the seals",
            "\"zdenka\"",
            "\"oswin\"",
        ] {
            assert!(!whole.contains(secret), "{} holds {secret}: {whole}", event.event_type);
        }
        assert!(event.metadata.request_id.is_some());
    }
    assert_eq!(house.count("people", "1 = 1").await, 2);
}

async fn a_step_that_comes_too_early_is_refused_and_leaves_nothing(house: House) {
    let portal = &house.portal;
    let (officer, specialist) = (person("zdenka"), specialist());
    let account = account_id(&house.register(&officer, "Great Lakes Imports").await);
    let head = house.head().await;
    let call = house.call(&officer).await;
    refused(portal.apply(&call, importer(account, NUMBER)).await, "agreement_not_accepted");
    refused(portal.accept_agreement(&call, account, "2019-1".to_owned()).await, "agreement_not_current");
    assert_eq!(house.head().await, head);

    house.accept_agreement(&officer, account).await;
    let applied = house.apply(&officer, importer(account, NUMBER)).await;
    let head = house.head().await;
    let staff = house.call(&specialist).await;
    refused(portal.submit_profile(&house.call(&officer).await, applied.profile).await, "profile_incomplete");
    refused(portal.start_review(&staff, applied.profile).await, "profile_not_submitted");
    refused(
        portal.approve_profile(&staff, applied.profile, Approve { comment: None }).await,
        "profile_not_submitted",
    );
    let refusal = refusal(house.recommend(&specialist, applied.membership).await);
    assert_eq!(refusal.current_state.as_deref(), Some("pre_applicant"));
    assert!(refusal.allowed_commands.contains(&"set-bond".to_owned()), "{refusal:?}");
    assert!(!refusal.allowed_commands.contains(&"withdraw".to_owned()), "that is the company's: {refusal:?}");
    assert_eq!(house.head().await, head);
    house.is_sound().await;
}
