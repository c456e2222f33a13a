//! The table of Handbook 3.3 a second time, as what may stand in a ledger: by event, from which status to which, by whom and for which
//! cause. The rules that decide have their own.

use kernel::Role;

const APPLICATION: [&str; 3] = ["pre_applicant", "applicant", "approved"];
const MEMBER: [&str; 2] = ["certified", "validated"];

/// Whether an event may lead from one status to another.
pub(super) fn leads(event_type: &str, from: &str, to: &str) -> bool {
    let member = MEMBER.contains(&from);
    match event_type {
        "membership.applied" => (from, to) == ("not_applied", "pre_applicant"),
        "membership.profile_submitted" => matches!(from, "pre_applicant" | "applicant") && to == "applicant",
        "membership.profile_returned" => (from, to) == ("applicant", "applicant"),
        "membership.profile_approved" => (from, to) == ("applicant", "approved"),
        "membership.certified" => (from, to) == ("approved", "certified"),
        "membership.rejected" => APPLICATION.contains(&from) && to == "rejected",
        "membership.found_ineligible" => APPLICATION.contains(&from) && to == "ineligible",
        "membership.withdrawn" => APPLICATION.contains(&from) && to == "withdrawn",
        "membership.application_expired" => (from, to) == ("pre_applicant", "inactive"),
        "membership.validation_outcome_recorded" => member && to == "validated",
        "membership.suspended" => member && (to == "suspended" || to == from),
        "membership.removed" => (member || from == "suspended") && to == "removed",
        "membership.reinstated" => {
            (from == "suspended" && MEMBER.contains(&to)) || (to == from && from != "removed")
        }
        "membership.restored" => {
            (matches!(from, "suspended" | "removed") && MEMBER.contains(&to))
                || (from, to) == ("removed", "suspended")
                || (to == from && from != "removed")
        }
        "membership.closed" => (member || from == "suspended") && to == "withdrawn",
        _ => false,
    }
}

/// Whether somebody in this role may have brought it about.
pub(super) fn actor_may(event_type: &str, role: Role) -> bool {
    match event_type {
        "membership.application_expired" => role == Role::System,
        "membership.suspended" | "membership.removed" | "membership.reinstated" | "membership.restored" => {
            role == Role::ProgrammeDirector
        }
        "membership.certified" | "membership.validation_outcome_recorded" | "membership.closed" => {
            matches!(role, Role::Supervisor | Role::ProgrammeDirector)
        }
        "membership.applied" | "membership.profile_submitted" | "membership.withdrawn" => {
            matches!(role, Role::Officer | Role::Employee)
        }
        _ => role.is_staff_role(),
    }
}

/// The members in which an event names its cause.
pub(super) fn cause_of(event_type: &str) -> &'static [&'static str] {
    match event_type {
        "membership.suspended" | "membership.removed" => &["enforcement_action_id", "reason", "decided_by"],
        "membership.reinstated" => &["enforcement_action_id", "suspension", "decided_by"],
        "membership.restored" => &["enforcement_action_id", "appeal_id", "decided_by"],
        "membership.validation_outcome_recorded" => &["validation_reference", "reported_by", "recorded_by"],
        "membership.certified" => &["recommended_by", "certified_by"],
        "membership.rejected" | "membership.found_ineligible" => &["reason", "text"],
        "membership.withdrawn" => &["reason", "withdrawn_by"],
        "membership.closed" => &["reason", "requested_by", "closed_by"],
        _ => &[],
    }
}
