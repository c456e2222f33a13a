use crate::support::*;
use membership::account::command::ChangeCompany;
use membership::account::event::AccountCompanyChanged;
use membership::account::evolve;
use membership::account::values::{Company, Employees, OwnershipType, YearsInBusiness};

#[test]
fn the_event_names_the_members_that_changed() {
    let after = Company { employees: Some(Employees::From251To1000), website: None, ..company() };
    let expected = AccountCompanyChanged {
        company: after.clone(),
        changed: vec!["website".to_owned(), "employees".to_owned()],
    };
    registered().then(employee(), ChangeCompany { company: after.clone() }, vec![expected.into()]);
    let story = registered().and(employee(), ChangeCompany { company: after.clone() });
    assert_eq!(story.state.company, Some(after));
}

#[test]
fn every_member_can_change_and_is_named() {
    let changes: Vec<(&str, Company)> = vec![
        ("name", Company { name: text("Acme Norte"), ..company() }),
        ("doing_business_as", Company { doing_business_as: Some(text("Acme")), ..company() }),
        ("telephone", Company { telephone: None, ..company() }),
        ("fax", Company { fax: Some(text("+52 664 555 0135")), ..company() }),
        ("website", Company { website: None, ..company() }),
        ("business_started_on", Company { business_started_on: None, ..company() }),
        ("years_in_business", Company { years_in_business: Some(YearsInBusiness::From11To20), ..company() }),
        ("employees", Company { employees: None, ..company() }),
        ("ownership_type", Company { ownership_type: Some(OwnershipType::Partnership), ..company() }),
        ("brief_history", Company { brief_history: None, ..company() }),
    ];
    let members = serde_json::to_value(Company {
        doing_business_as: Some(text("x")),
        fax: Some(text("x")),
        ..company()
    });
    assert_eq!(changes.len(), members.unwrap().as_object().unwrap().len(), "a member without a case");
    for (member, company) in changes {
        let expected = AccountCompanyChanged { company: company.clone(), changed: vec![member.to_owned()] };
        registered().then(officer(), ChangeCompany { company }, vec![expected.into()]);
    }
}

#[test]
fn no_change_leaves_no_event() {
    registered().then(officer(), ChangeCompany { company: company() }, Vec::new());
}

#[test]
fn business_cant_begin_after_today() {
    let company = Company { business_started_on: Some("2026-03-10".parse().unwrap()), ..company() };
    let command = ChangeCompany { company };
    registered().invalid(officer(), command, "/business_started_on", "date_in_future");
}

#[test]
fn a_number_that_changes_can_be_dialled() {
    for (pointer, company) in [
        ("/telephone", Company { telephone: Some(text("abc")), ..company() }),
        ("/fax", Company { fax: Some(text("none")), ..company() }),
    ] {
        registered().invalid(officer(), ChangeCompany { company }, pointer, "pattern");
    }
    // One that stands there from before there was a rule keeps nobody from changing the rest.
    let mut story = registered();
    let old = Company { telephone: Some(text("ask at the gate")), ..company() };
    let changed = vec!["telephone".to_owned()];
    evolve(&mut story.state, &AccountCompanyChanged { company: old.clone(), changed }.into());
    let after = Company { website: None, ..old };
    let expected = AccountCompanyChanged { company: after.clone(), changed: vec!["website".to_owned()] };
    story.then(officer(), ChangeCompany { company: after }, vec![expected.into()]);
}

#[test]
fn names_are_kept_without_the_blanks_around_them() {
    let typed =
        Company { name: text("  Acme  Norte\t"), doing_business_as: Some(text(" Acme ")), ..company() };
    let kept = Company { name: text("Acme  Norte"), doing_business_as: Some(text("Acme")), ..company() };
    let changed = vec!["name".to_owned(), "doing_business_as".to_owned()];
    let expected = AccountCompanyChanged { company: kept, changed };
    registered().then(officer(), ChangeCompany { company: typed }, vec![expected.into()]);
    let padded = Company { name: text(&format!(" {} ", company().name)), ..company() };
    registered().then(officer(), ChangeCompany { company: padded }, Vec::new());
}
