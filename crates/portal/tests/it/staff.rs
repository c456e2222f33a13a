//! What specialists and supervisors see: what is assigned to them or to nobody, what belongs to their office or to none. Handbook 1.4.

use crate::house::*;
use crate::steps::*;
use kernel::{PersonId, Role};
use membership::membership::{AssignSpecialist, Office};
use portal::access::Permission;
use portal::{AccountFilter, PortalError, SignIn, allowed_commands};
use profile::{AcceptAnswer, Approve};

on_both_engines!(
    a_specialist_sees_what_is_assigned_to_that_person_or_to_nobody,
    a_supervisor_sees_the_own_office_and_what_belongs_to_none,
    with_two_roles_lists_show_what_either_may_see,
    accounts_are_found_by_memberships_that_the_caller_may_read,
    only_a_specialist_who_is_known_is_assigned,
    nobody_acts_for_cbp_on_a_company_of_their_own,
    what_is_possible_is_what_the_caller_may_do,
    the_programme_director_reviews_and_approves,
    the_work_queue_is_oldest_first,
    nothing_is_reviewed_before_somebody_is_assigned,
);

async fn a_specialist_sees_what_is_assigned_to_that_person_or_to_nobody(house: House) {
    let portal = &house.portal;
    let (one, other) = (staff("one", Role::Specialist), staff("other", Role::Specialist));
    let assigned = house.applied(&person("zdenka"), NUMBER).await;
    let unassigned = house.applied(&person("wilhelmina"), NUMBER).await;
    house.assign(&supervisor(), assigned.membership, &one, Office::Buffalo).await;

    assert_eq!((house.rows(&one).await.len(), house.profile_rows(&one).await.len()), (2, 2));
    let rows = house.rows(&other).await;
    assert_eq!(
        rows.iter().map(|row| &row.membership_id).collect::<Vec<_>>(),
        vec![&unassigned.membership.to_string()]
    );
    let profiles = house.profile_rows(&other).await;
    assert_eq!(
        profiles.iter().map(|row| &row.profile_id).collect::<Vec<_>>(),
        vec![&unassigned.profile.to_string()],
        "lists of profiles are cut like lists of memberships"
    );
    let call = house.call(&other).await;
    assert_error!(portal.membership(&call, assigned.membership, None).await, PortalError::NotFound);
    assert_error!(portal.profile(&call, assigned.profile, None).await, PortalError::NotFound);
    assert_error!(portal.start_review(&call, assigned.profile).await, PortalError::NotFound);
    assert!(portal.profile(&call, unassigned.profile, None).await.is_ok());
    house.is_sound().await;
}

async fn a_supervisor_sees_the_own_office_and_what_belongs_to_none(house: House) {
    let portal = &house.portal;
    let (buffalo, laredo) =
        (staff_of("buffalo", "b", Role::Supervisor), staff_of("laredo", "l", Role::Supervisor));
    let assigned = house.applied(&person("zdenka"), NUMBER).await;
    let unassigned = house.applied(&person("wilhelmina"), NUMBER).await;
    house.assign(&buffalo, assigned.membership, &specialist(), Office::Buffalo).await;
    assert_eq!((house.rows(&buffalo).await.len(), house.profile_rows(&buffalo).await.len()), (2, 2));
    let rows = house.rows(&laredo).await;
    assert_eq!(
        rows.iter().map(|row| &row.membership_id).collect::<Vec<_>>(),
        vec![&unassigned.membership.to_string()]
    );
    assert_eq!(house.profile_rows(&laredo).await.len(), 1);
    let call = house.call(&laredo).await;
    assert_error!(portal.membership(&call, assigned.membership, None).await, PortalError::NotFound);
    assert_eq!(house.rows(&director()).await.len(), 2);
    assert_eq!(house.profile_rows(&director()).await.len(), 2);
}

async fn with_two_roles_lists_show_what_either_may_see(house: House) {
    let mut both = staff_of("buffalo", "b", Role::Supervisor);
    both.roles.push(Role::Specialist);
    let mut applied = Vec::new();
    for (number, to, office) in [
        ("12-345678900", staff("other", Role::Specialist), Office::Buffalo),
        ("12-345678901", both.clone(), Office::Laredo),
        ("12-345678902", staff("other", Role::Specialist), Office::Laredo),
    ] {
        let it = house.applied(&person(number), number).await;
        house.assign(&director(), it.membership, &to, office).await;
        applied.push(it);
    }
    let call = house.call(&both).await;
    for (index, seen) in [true, true, false].into_iter().enumerate() {
        let it = applied[index];
        assert_eq!(house.portal.membership(&call, it.membership, None).await.is_ok(), seen);
        let in_list =
            house.rows(&both).await.iter().any(|row| row.membership_id == it.membership.to_string());
        let profile = it.profile.to_string();
        let in_profiles = house.profile_rows(&both).await.iter().any(|row| row.profile_id == profile);
        assert_eq!((in_list, in_profiles), (seen, seen), "{index}");
    }
}

async fn accounts_are_found_by_memberships_that_the_caller_may_read(house: House) {
    let (buffalo, laredo) =
        (staff_of("buffalo", "b", Role::Supervisor), staff_of("laredo", "l", Role::Supervisor));
    let one = staff("one", Role::Specialist);
    let applied = house.applied(&person("zdenka"), NUMBER).await;
    house.assign(&buffalo, applied.membership, &one, Office::Buffalo).await;
    let of = |words: &str| vec![words.to_owned()];
    let all = AccountFilter::default();
    let specialist_id = house.call(&one).await.caller.person_id.to_string();
    let filters = [
        AccountFilter { membership_status: of("pre_applicant"), ..all.clone() },
        AccountFilter { entity_type: of("importer"), ..all.clone() },
        AccountFilter { office: of("buffalo"), ..all.clone() },
        AccountFilter { specialist_id: vec![specialist_id], ..all.clone() },
        AccountFilter { due_on_or_before: Some(day("2026-12-31")), ..all.clone() },
    ];
    let found = async |who: &SignIn, filter: &AccountFilter| {
        let call = house.call(who).await;
        house.portal.accounts(&call, filter, &whole()).await.unwrap().items.len()
    };
    for filter in &filters {
        for who in [&buffalo, &one, &director(), &auditor(), &person("zdenka")] {
            assert_eq!(found(who, filter).await, 1, "{who:?} {filter:?}");
        }
        for who in [&laredo, &staff("other", Role::Specialist)] {
            assert_eq!(found(who, filter).await, 0, "{who:?} {filter:?}");
            assert_eq!(found(who, &all).await, 1, "the account itself may be read");
        }
    }
}

async fn only_a_specialist_who_is_known_is_assigned(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let contact = house.user(&officer, applied.account, &person("oswin"), Role::Employee).await;
    let call = house.call(&officer).await;
    let company = house.portal.account(&call, applied.account, None).await.unwrap();
    let zdenka = company.state.contacts[0].person_id;
    let outside = call.caller.person_id;
    let assign = async |specialist: PersonId| {
        let command = AssignSpecialist { specialist, office: Office::Newark };
        house.on_membership(&supervisor(), applied.membership, Permission::MembershipAssign, command).await
    };
    // Contacts, the same people outside their account, the portal itself, and whoever has not signed in yet.
    let one = staff("one", Role::Specialist);
    let stranger = house.call(&one).await.caller.person_id;
    for nobody in [contact, zdenka, outside, PersonId::SYSTEM, stranger] {
        refused(assign(nobody).await, "not_staff");
    }
    for other in [supervisor(), director(), auditor(), staff("machine", Role::Operator)] {
        refused(assign(house.known(&other).await).await, "not_specialist");
    }
    assert_eq!(house.row(applied.membership).await.specialist_id, None);
    let head = house.head().await;
    assert_eq!(house.known(&one).await, stranger);
    assert_eq!(house.head().await, head, "asking who one is leaves no event");
    assign(stranger).await.unwrap();

    // Roles are those of the last token: a specialist who became a supervisor is none any more.
    house.known(&staff("one", Role::Supervisor)).await;
    let applied = house.applied(&person("wilhelmina"), "12-345678901").await;
    let command = AssignSpecialist { specialist: stranger, office: Office::Newark };
    let late =
        house.on_membership(&supervisor(), applied.membership, Permission::MembershipAssign, command).await;
    refused(late, "not_specialist");
    // Whose row does not prove itself is nobody.
    house.known(&one).await;
    house.execute("UPDATE staff SET subject = 'two' WHERE subject = 'one'").await;
    let command = AssignSpecialist { specialist: stranger, office: Office::Newark };
    let forged =
        house.on_membership(&supervisor(), applied.membership, Permission::MembershipAssign, command).await;
    refused(forged, "not_staff");
}

async fn nobody_acts_for_cbp_on_a_company_of_their_own(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let applied = house.applied(&officer, NUMBER).await;
    let other = house.applied(&person("wilhelmina"), "12-345678901").await;
    house.answer_all(&officer, applied.profile).await;
    portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap();
    let both = staff("both", Role::Specialist);
    house.assign(&supervisor(), applied.membership, &both, Office::Laredo).await;
    let call = house.call(&both).await;
    portal.start_review(&call, applied.profile).await.unwrap();

    // Whoever gets a role in the company is out of its affairs at once, whoever they were assigned to.
    house.user(&officer, applied.account, &person("both"), Role::Employee).await;
    for who in [both.clone(), staff("both", Role::Supervisor), staff("both", Role::ProgrammeDirector)] {
        let call = house.call(&who).await;
        let serves: Vec<_> = call.caller.interests.iter().map(|it| (it.account_id, it.role)).collect();
        assert_eq!((serves, call.caller.grants.len()), (vec![(applied.account, Role::Employee)], 0));
        let membership = portal.membership(&call, applied.membership, None).await.unwrap().state;
        let owner = portal::Portal::membership_ownership(&membership);
        assert_eq!(
            allowed_commands(&call.caller, &owner, membership.allowed_commands()),
            Vec::<&str>::new(),
            "{who:?}"
        );
        assert!(!portal.may_compare(&call.caller, &membership), "what is for staff alone is not shown");
        let vet = house.on_membership(&who, applied.membership, Permission::MembershipVet, vetted(FIRST_DAY));
        assert_error!(vet.await, PortalError::ConflictOfInterest);
        let accept = AcceptAnswer { criterion_id: "1.1".parse().unwrap(), comment: None };
        assert_error!(
            portal.accept_answer(&call, applied.profile, accept).await,
            PortalError::ConflictOfInterest
        );
        let approve = Approve { comment: None };
        assert_error!(
            portal.approve_profile(&call, applied.profile, approve).await,
            PortalError::ConflictOfInterest
        );
    }
    assert_error!(house.recommend(&both, applied.membership).await, PortalError::ConflictOfInterest);
    let colleague = staff("both", Role::Supervisor);
    assert_error!(house.certify(&colleague, applied.membership).await, PortalError::ConflictOfInterest);
    let reason = text("They asked.");
    let call = house.call(&colleague).await;
    let gone = portal.erase_person(&call, applied.account, PersonId::SYSTEM, reason).await;
    assert_error!(gone, PortalError::ConflictOfInterest);
    let specialist = house.known(&both).await;
    let command = AssignSpecialist { specialist, office: Office::Newark };
    refused(
        house
            .on_membership(&director(), applied.membership, Permission::MembershipAssign, command.clone())
            .await,
        "conflict_of_interest",
    );
    // Other companies are none of it.
    house.on_membership(&director(), other.membership, Permission::MembershipAssign, command).await.unwrap();
    house.on_membership(&both, other.membership, Permission::MembershipDetermine, no_debt()).await.unwrap();
}

async fn what_is_possible_is_what_the_caller_may_do(house: House) {
    let (officer, employee) = (person("zdenka"), person("oswin"));
    let applied = house.applied(&officer, NUMBER).await;
    house.user(&officer, applied.account, &employee, Role::Employee).await;
    let possible = async |who: &SignIn| {
        let call = house.call(who).await;
        let membership = house.portal.membership(&call, applied.membership, None).await.unwrap().state;
        let owner = portal::Portal::membership_ownership(&membership);
        allowed_commands(&call.caller, &owner, membership.allowed_commands())
    };
    assert_eq!(
        possible(&officer).await,
        ["change-identifiers", "attach-document", "declare-eligibility", "withdraw"]
    );
    assert_eq!(possible(&employee).await, ["change-identifiers", "attach-document", "declare-eligibility"]);
    assert_eq!(possible(&specialist()).await, ["set-bond", "record-determination"]);
    assert_eq!(
        possible(&supervisor()).await,
        [
            "set-bond",
            "record-determination",
            "assign-specialist",
            "reject",
            "find-ineligible",
            "correct-date"
        ]
    );
    assert_eq!(possible(&auditor()).await, Vec::<&str>::new());
    // A refusal says the same.
    let refusal = refusal(house.certify(&supervisor(), applied.membership).await);
    assert_eq!(refusal.allowed_commands, possible(&supervisor()).await);
    let profile = &house.profile(&officer, applied.profile).await.state;
    let owner = house.portal.profile_ownership(profile).await.unwrap();
    let of = async |who: &SignIn| {
        let by_status = profile.status.allowed_commands().iter().copied();
        allowed_commands(&house.call(who).await.caller, &owner, by_status)
    };
    assert_eq!(of(&officer).await, ["save-answer", "submit"]);
    assert_eq!(of(&employee).await, ["save-answer"]);
    assert_eq!(of(&specialist()).await, Vec::<&str>::new());
}

async fn the_programme_director_reviews_and_approves(house: House) {
    let (portal, officer) = (&house.portal, person("zdenka"));
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap();
    house.assign(&supervisor(), applied.membership, &specialist(), Office::Laredo).await;
    let call = house.call(&director()).await;
    portal.start_review(&call, applied.profile).await.unwrap();
    house.accept_all(&director(), applied.profile).await;
    let approved = portal.approve_profile(&call, applied.profile, Approve { comment: None }).await.unwrap();
    assert_eq!(approved.state.status, profile::Status::Approved);
}

async fn the_work_queue_is_oldest_first(house: House) {
    let (officer, one) = (person("zdenka"), staff("one", Role::Specialist));
    let mut submitted = Vec::new();
    for (number, on) in
        [("12-345678900", "2026-03-10"), ("12-345678901", "2026-03-05"), ("12-345678902", "2026-03-20")]
    {
        house.day(FIRST_DAY);
        let applied = match submitted.first() {
            None => house.applied(&officer, number).await,
            Some((_, Applied { account, .. })) => house.apply(&officer, importer(*account, number)).await,
        };
        house.answer_all(&officer, applied.profile).await;
        house.day(on);
        house.portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap();
        submitted.push((on, applied));
    }
    let queue = house.queue(&supervisor(), "supervisor").await;
    let ids = |order: &[usize]| -> Vec<String> {
        order.iter().map(|index| submitted[*index].1.membership.to_string()).collect()
    };
    assert_eq!(queue.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids(&[1, 0, 2]));
    assert!(queue.iter().all(|(_, step)| step == "assign_specialist"));

    house.day("2026-03-21");
    house.assign(&supervisor(), submitted[2].1.membership, &one, Office::Miami).await;
    house.assign(&supervisor(), submitted[0].1.membership, &one, Office::Miami).await;
    house.assign(&supervisor(), submitted[1].1.membership, &specialist(), Office::Miami).await;
    let queue = house.queue(&one, "specialist").await;
    assert_eq!(queue.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids(&[0, 2]));
    assert_eq!(house.queue(&supervisor(), "supervisor").await, vec![]);
    assert_eq!(house.queue(&specialist(), "specialist").await.len(), 1);
}

async fn nothing_is_reviewed_before_somebody_is_assigned(house: House) {
    let (officer, supervisor) = (person("zdenka"), supervisor());
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    let submitted =
        house.portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap().state;
    let call = house.call(&supervisor).await;
    let refusal = refusal(house.portal.start_review(&call, applied.profile).await);
    assert_eq!(
        (refusal.code.as_str(), refusal.current_state.as_deref()),
        ("specialist_not_assigned", Some("submitted"))
    );
    assert!(refusal.allowed_commands.contains(&"assign-specialist".to_owned()), "{refusal:?}");
    let possible = async || house.portal.profile_commands(&call.caller, &submitted).await.unwrap();
    assert_eq!(possible().await, Vec::<&str>::new());
    let to_do = house.portal.membership_to_do(&call, applied.membership).await.unwrap().to_do;
    let asked = to_do.to_certify.iter().find(|item| item.code.as_str() == "specialist_not_assigned").unwrap();
    assert_eq!(asked.command, Some("assign-specialist"));
    let row = house.row(applied.membership).await;
    assert_eq!((row.status.as_str(), row.next_step.as_deref()), ("applicant", Some("assign_specialist")));

    house.assign(&supervisor, applied.membership, &specialist(), Office::Laredo).await;
    assert_eq!(possible().await, ["start-review"]);
    let row = house.row(applied.membership).await;
    let step = (row.waiting_for.as_deref(), row.next_step.as_deref());
    assert_eq!(step, (Some("specialist"), Some("review_profile")));
    house.portal.start_review(&house.call(&specialist()).await, applied.profile).await.unwrap();
    house.is_sound().await;
}
