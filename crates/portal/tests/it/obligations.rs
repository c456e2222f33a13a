//! Deadlines as the portal keeps them: what follows from the ledger, what is overdue, who waives, and that a passing is recorded once.

use crate::house::*;
use crate::steps::*;
use kernel::{Policy, PolicyTable, PolicyVersion, Role};
use membership::membership::Office;
use obligations::{CLOCKS, Due, Happens, Kind, Reason, Standing};
use portal::read::obligations::ObligationRow;
use portal::read::page::PageRequest;
use portal::{ObligationFilter, PlanFilter, PolicyFault, Portal, PortalError, SignIn};
use std::collections::BTreeMap;
use std::sync::Arc;

on_both_engines!(
    the_main_job_opens_and_meets_its_deadlines,
    what_is_overdue_is_read_off_the_day_and_nothing_has_to_run,
    a_day_that_passed_is_recorded_once_by_whoever_notices,
    after_sixty_days_of_silence_everything_is_caught_up_once,
    a_supervisor_waives_and_a_company_does_not,
    everybody_sees_the_deadlines_that_are_theirs,
    pages_follow_the_last_day_and_a_cursor_outlives_midnight,
    a_policy_that_was_in_force_stays_as_it_was,
    the_plan_counts_what_falls_due_by_week,
);

impl House {
    async fn deadlines(&self, who: &SignIn, filter: ObligationFilter) -> Vec<ObligationRow> {
        let call = self.call(who).await;
        self.portal.obligations(&call, &filter, &whole()).await.unwrap().items
    }

    async fn deadline(&self, applied: Applied, kind: Kind) -> ObligationRow {
        let of = ObligationFilter {
            membership_id: vec![applied.membership.to_string()],
            kind: vec![kind.to_string()],
            ..ObligationFilter::default()
        };
        self.deadlines(&auditor(), of).await.pop().expect("a deadline of this kind")
    }

    async fn passings(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for event in
            self.all_events().await.iter().filter(|event| event.event_type == "obligation.date_passed")
        {
            *found.entry(event.aggregate_id.clone()).or_default() += 1;
        }
        found
    }
}

fn standing(row: &ObligationRow, on: &str) -> Standing {
    row.obligation().unwrap().standing(day(on))
}

/// The names in the table of clocks are those of the events that there are.
#[test]
fn every_event_and_every_day_that_a_clock_names_is_there() {
    let events = portal::event_descriptions();
    let described = |happens: Happens| {
        let event = events.iter().find(|event| event.event_type == happens.event);
        let event = event.unwrap_or_else(|| panic!("no event {}", happens.event));
        let payload: serde_json::Value = serde_json::from_str(event.example).unwrap();
        let on =
            payload[happens.on].as_str().unwrap_or_else(|| panic!("{} has no {}", happens.event, happens.on));
        assert!(on.parse::<chrono::NaiveDate>().is_ok(), "{on}");
        payload
    };
    for clock in CLOCKS {
        let payload = described(clock.starts.happens());
        if let Due::Stated(member) = clock.due {
            assert!(payload[member].is_string(), "{}: {member}", clock.kind);
        }
        let lists = [clock.met_by, clock.missed_by, clock.released_by, clock.resumed_by, clock.moved_by];
        for happens in lists.into_iter().flatten() {
            described(*happens);
        }
    }
}

async fn the_main_job_opens_and_meets_its_deadlines(house: House) {
    let officer = person("zdenka");
    let applied = house.approved(&officer, NUMBER).await;
    house.day("2026-03-20");
    house.recommend(&specialist(), applied.membership).await.unwrap();
    let certified = house.certify(&supervisor(), applied.membership).await.unwrap();

    let rows = house.deadlines(&officer, ObligationFilter::default()).await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (row.kind.as_str(), row.owner.as_str(), row.due_on.to_string(), standing(row, "2026-03-20"))
        })
        .collect();
    let expected = [
        ("profile_review", "specialist", "2026-04-01", Standing::Met),
        ("application_profile", "company", "2026-04-01", Standing::Met),
        ("certification_decision", "supervisor", "2026-05-31", Standing::Met),
        ("annual_review", "company", "2027-03-20", Standing::Open),
        ("first_validation", "specialist", "2027-03-20", Standing::Open),
    ];
    for (kind, owner, due_on, standing) in expected {
        assert!(told.contains(&(kind, owner, due_on.to_owned(), standing)), "{kind}: {told:?}");
    }
    assert_eq!(told.len(), expected.len());
    // The same values as the membership's own, not a second copy of the rule.
    let dates = &certified.state.dates;
    assert_eq!(Some(house.deadline(applied, Kind::AnnualReview).await.due_on), dates.anniversary_on);
    assert_eq!(
        Some(house.deadline(applied, Kind::FirstValidation).await.due_on),
        dates.first_validation_due_on
    );
    assert_eq!(house.deadline(applied, Kind::AnnualReview).await.opens_on, Some(day("2026-12-20")));
    house.is_sound().await;
}

async fn what_is_overdue_is_read_off_the_day_and_nothing_has_to_run(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let overdue = || ObligationFilter { standing: vec![Standing::Overdue], ..ObligationFilter::default() };
    let open = || ObligationFilter { standing: vec![Standing::Open], ..ObligationFilter::default() };
    // Half past eleven in the evening of the last day in New York, though it is the next day in Greenwich.
    house.set_clock("2026-04-02T03:59:59Z".parse().unwrap());
    assert_eq!(
        (house.deadlines(&officer, overdue()).await.len(), house.deadlines(&officer, open()).await.len()),
        (0, 1)
    );
    let head = house.head().await;
    house.set_clock("2026-04-02T04:00:00Z".parse().unwrap());
    assert_eq!(
        (house.deadlines(&officer, overdue()).await.len(), house.deadlines(&officer, open()).await.len()),
        (1, 0)
    );
    assert_eq!(house.head().await, head, "reading writes nothing");
    house.portal.expire_applications().await.unwrap();
    assert_eq!(
        standing(&house.deadline(applied, Kind::ApplicationProfile).await, "2026-04-02"),
        Standing::Missed
    );
}

async fn a_day_that_passed_is_recorded_once_by_whoever_notices(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..6 {
        let number = format!("12-3456789{number:02}");
        house.apply(&officer, importer(account, &number)).await;
    }
    house.day("2026-04-01");
    assert_eq!(house.portal.record_passed_dates().await.unwrap(), 0, "the last day counts");
    house.day("2026-04-02");
    let (second, third) = (house.another_portal().await, house.another_portal().await);
    let (one, two, three) = tokio::join!(
        house.portal.record_passed_dates(),
        second.record_passed_dates(),
        third.record_passed_dates()
    );
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 6);
    house.day("2026-04-03");
    assert_eq!(third.record_passed_dates().await.unwrap(), 0);
    let passings = house.passings().await;
    assert_eq!((passings.len(), passings.values().sum::<usize>()), (6, 6));
    house.is_sound().await;
}

async fn after_sixty_days_of_silence_everything_is_caught_up_once(house: House) {
    let officer = person("zdenka");
    let applied = house.approved(&officer, NUMBER).await;
    house.recommend(&specialist(), applied.membership).await.unwrap();
    house.certify(&supervisor(), applied.membership).await.unwrap();
    // The anniversary and the first validation are a year and some days away; nothing runs until well after.
    house.day("2027-05-01");
    assert_eq!(house.portal.record_passed_dates().await.unwrap(), 2);
    assert_eq!(house.portal.record_passed_dates().await.unwrap(), 0);
    let next = house.deadline(applied, Kind::AnnualReview).await;
    assert_eq!((next.occurrence, next.due_on), (2, day("2028-03-02")));
    // Three years of silence: each year's review passes for itself.
    house.day("2030-05-01");
    assert_eq!(house.portal.record_passed_dates().await.unwrap(), 3);
    assert_eq!(house.passings().await.values().max(), Some(&1));
    house.is_sound().await;
}

async fn a_supervisor_waives_and_a_company_does_not(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let id = house.deadline(applied, Kind::ApplicationProfile).await.obligation_id.parse().unwrap();
    let reason = || Reason::parse("The flood of 9 March.").unwrap();
    for who in [officer.clone(), specialist(), auditor()] {
        let call = house.call(&who).await;
        assert_error!(house.portal.waive_obligation(&call, id, reason()).await, PortalError::Forbidden);
    }
    let call = house.call(&person("nobody")).await;
    assert_error!(house.portal.waive_obligation(&call, id, reason()).await, PortalError::NotFound);

    let call = house.call(&supervisor()).await.with_key("waive-1");
    let (row, _) = house.portal.waive_obligation(&call, id, reason()).await.unwrap();
    assert_eq!(standing(&row, "2026-05-01"), Standing::Waived);
    assert_eq!(row.waiver_reason.as_deref(), Some("The flood of 9 March."));
    assert_error!(house.portal.waive_obligation(&call, id, reason()).await, PortalError::KeyUsed);
    let call = house.call(&director()).await;
    refused(house.portal.waive_obligation(&call, id, reason()).await, "obligation_ended");
    house.day("2026-05-01");
    assert_eq!(house.portal.record_passed_dates().await.unwrap(), 0, "nothing is owed any more");
    house.is_sound().await;
}

async fn everybody_sees_the_deadlines_that_are_theirs(house: House) {
    let (mine, theirs) = (person("zdenka"), person("aurelio"));
    let applied = house.applied(&mine, NUMBER).await;
    let other = house.applied(&theirs, "12-345678911").await;
    house.assign(&supervisor(), applied.membership, &specialist(), Office::Newark).await;
    for (who, seen) in [
        (mine.clone(), vec![applied]),
        (theirs, vec![other]),
        (person("nobody"), vec![]),
        (specialist(), vec![applied, other]),
        (staff("another", Role::Specialist), vec![other]),
        (staff_of("miami", "away", Role::Supervisor), vec![other]),
        (staff_of("newark", "here", Role::Supervisor), vec![applied, other]),
        (auditor(), vec![applied, other]),
        (integrator("machine", &[applied.account]), vec![applied]),
    ] {
        let rows = house.deadlines(&who, ObligationFilter::default()).await;
        let mut found: Vec<_> = rows.into_iter().map(|row| row.membership_id).collect();
        let mut expected: Vec<_> = seen.iter().map(|one| one.membership.to_string()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{who:?}");
        let id = house.deadline(other, Kind::ApplicationProfile).await.obligation_id.parse().unwrap();
        let read = house.portal.obligation(&house.call(&who).await, id).await;
        assert_eq!(read.is_ok(), expected.contains(&other.membership.to_string()), "{who:?}");
    }
    let newark = ObligationFilter { office: vec!["newark".to_owned()], ..ObligationFilter::default() };
    assert_eq!(house.deadlines(&auditor(), newark).await.len(), 1);
}

async fn pages_follow_the_last_day_and_a_cursor_outlives_midnight(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..5 {
        house.day(&format!("2026-03-{:02}", 2 + number % 3));
        let number = format!("12-3456789{number:02}");
        house.apply(&officer, importer(account, &number)).await;
    }
    let filter = ObligationFilter {
        standing: vec![Standing::Open],
        due_on_or_after: Some(day("2026-04-01")),
        due_on_or_before: Some(day("2026-04-02")),
        ..ObligationFilter::default()
    };
    let call = house.call(&officer).await;
    let rows = every_page(1, |request| {
        let (portal, call, filter) = (&house.portal, &call, &filter);
        async move { portal.obligations(call, filter, &request).await }
    })
    .await;
    let due: Vec<_> = rows.iter().map(|row| row.due_on.to_string()).collect();
    assert_eq!(due, ["2026-04-01", "2026-04-01", "2026-04-02", "2026-04-02"]);
    let request = PageRequest { limit: 1, cursor: None };
    let first = house.portal.obligations(&call, &filter, &request).await.unwrap();
    house.day("2026-03-28");
    let request = PageRequest { limit: 3, cursor: first.next_cursor };
    assert_eq!(house.portal.obligations(&call, &filter, &request).await.unwrap().items.len(), 3);
}

fn changed(name: &str, effective_on: &str, days: u32) -> PolicyTable {
    let values = Policy { profile_review_days: days, ..Policy::default() };
    let version = PolicyVersion {
        name: name.to_owned(),
        effective_on: day(effective_on),
        moves_open_clocks: true,
        values: Arc::new(values),
    };
    PolicyTable::default().then(version).unwrap()
}

async fn a_policy_that_was_in_force_stays_as_it_was(house: House) {
    let clock = || -> portal::Clock { Arc::new(|| "2026-04-10T17:00:00Z".parse().unwrap()) };
    let under = |table| Portal::new(house.portal.ledger().clone(), table).with_clock(clock());
    // While nothing has happened, no deadline has gone by anything.
    under(changed("2025-1", "2025-05-01", 40)).adopt_policies().await.unwrap();
    under(PolicyTable::default()).adopt_policies().await.unwrap();
    house.register(&person("zdenka"), "Great Lakes Imports").await;
    under(changed("2026-2", "2026-05-01", 40)).adopt_policies().await.unwrap();
    // What is still to come may be changed, and called off.
    under(changed("2026-2", "2026-05-01", 50)).adopt_policies().await.unwrap();
    under(PolicyTable::default()).adopt_policies().await.unwrap();
    let fault = under(changed("2026-0", "2026-04-09", 40)).compare_policies().await.unwrap_err();
    assert!(matches!(fault, PolicyFault::TooEarly { .. }), "{fault}");
    // What was announced may come into force while nothing runs; nothing else may.
    under(changed("2026-2", "2026-05-01", 40)).adopt_policies().await.unwrap();
    let later = || -> portal::Clock { Arc::new(|| "2026-05-03T17:00:00Z".parse().unwrap()) };
    let in_may = |table| Portal::new(house.portal.ledger().clone(), table).with_clock(later());
    in_may(changed("2026-2", "2026-05-01", 40)).compare_policies().await.unwrap();
    let fault = in_may(changed("2026-2", "2026-05-01", 50)).compare_policies().await.unwrap_err();
    assert!(matches!(fault, PolicyFault::TooEarly { .. }), "{fault}");
    under(PolicyTable::default()).adopt_policies().await.unwrap();
    under(changed("2026-1", "2026-04-10", 40)).adopt_policies().await.unwrap();
    let fault = under(changed("2026-1", "2026-04-10", 50)).adopt_policies().await.unwrap_err();
    assert!(fault.to_string().contains("profile_review_days was 40, and is 50 now"), "{fault}");
    let fault = under(changed("2026-1", "2026-04-11", 40)).compare_policies().await.unwrap_err();
    assert!(matches!(fault, PolicyFault::Changed { .. }), "{fault}");
    let fault = under(PolicyTable::default()).compare_policies().await.unwrap_err();
    assert!(matches!(fault, PolicyFault::Missing(_)), "{fault}");
    let initial = Policy { application_profile_days: 60, ..Policy::default() };
    let fault = under(PolicyTable::from(initial)).compare_policies().await.unwrap_err();
    assert!(fault.to_string().contains("application_profile_days was 30"), "{fault}");
}

async fn the_plan_counts_what_falls_due_by_week(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    let mut applied = Vec::new();
    for (number, on) in ["2026-03-02", "2026-03-03", "2026-03-06", "2026-03-07"].iter().enumerate() {
        house.day(on);
        applied.push(house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await);
    }
    house.assign(&supervisor(), applied[3].membership, &specialist(), Office::Newark).await;
    // Last days: Wednesday 1, Thursday 2, Sunday 5 and Monday 6 April.
    house.day("2026-04-02");
    let plan = |who: SignIn, weeks: u32| {
        let house = &house;
        async move {
            let filter = PlanFilter { weeks, ..PlanFilter::default() };
            let plan = house.portal.obligations_by_week(&house.call(&who).await, &filter).await.unwrap();
            let count = |due: &[portal::DueCount]| due.iter().map(|one| one.count).sum::<i64>();
            let weeks: Vec<_> =
                plan.weeks.iter().map(|week| (week.begins_on.to_string(), count(&week.due))).collect();
            (count(&plan.overdue), weeks)
        }
    };
    let weeks = |counts: [i64; 3]| -> Vec<(String, i64)> {
        ["2026-03-30", "2026-04-06", "2026-04-13"].iter().map(|on| (*on).to_owned()).zip(counts).collect()
    };
    assert_eq!(plan(director(), 3).await, (1, weeks([2, 1, 0])));
    assert_eq!(plan(staff("another", Role::Specialist), 3).await, (1, weeks([2, 0, 0])), "not another's");
    assert_eq!(plan(specialist(), 1).await, (1, weeks([2, 1, 0])[..1].to_vec()));
}
