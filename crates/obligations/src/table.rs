//! Every clock there is. Handbook 3.3, 3.4, 5, 6, 7 and 14.

use crate::clock::{About, Clock, Due, Happens, Kind, Owner, Repeats, RestsOn, Starts};
use kernel::policy::BasisKind;

const PROFILE_SUBMITTED: Happens =
    Happens::mended("membership.profile_submitted", "submitted_on", "profile_submitted_on");
const PROFILE_RETURNED: Happens = Happens::on("membership.profile_returned", "returned_on");
const PROFILE_APPROVED: Happens =
    Happens::mended("membership.profile_approved", "approved_on", "profile_approved_on");
const CERTIFIED: Happens = Happens::mended("membership.certified", "certified_on", "certified_on");
const REJECTED: Happens = Happens::mended("membership.rejected", "rejected_on", "ended_on");
const INELIGIBLE: Happens = Happens::mended("membership.found_ineligible", "found_on", "ended_on");
const WITHDRAWN: Happens = Happens::mended("membership.withdrawn", "withdrawn_on", "ended_on");
const EXPIRED: Happens = Happens::mended("membership.application_expired", "expired_on", "ended_on");

const CLOSED: Happens = Happens::mended("membership.closed", "closed_on", "ended_on");
const REMOVED: Happens = Happens::mended("membership.removed", "removed_on", "ended_on");
const RESTORED: Happens = Happens::on("membership.restored", "restored_on");
const VALIDATED: Happens =
    Happens::mended("membership.validation_outcome_recorded", "validated_on", "validated_on");
const DECIDED: Happens = Happens::on("enforcement_action.decided", "notice_on");
const ACTION_ENDED: Happens = Happens::on("enforcement_action.ended", "ended_on");

/// What a member that has left owes no more.
const LEFT: &[Happens] = &[WITHDRAWN, CLOSED, REMOVED];

/// Every clock. An event may end one and start another: ends are read first.
pub const CLOCKS: &[Clock] = &[
    Clock {
        kind: Kind::ApplicationProfile,
        title: "Security profile of the application",
        ask: "Answer every criterion that applies to you, and let a company officer submit the security profile. After the last day the \
              application ends, and you would have to apply anew.",
        owner: Owner::Company,
        starts: Starts::Once(Happens::mended("membership.applied", "applied_on", "applied_on")),
        about: About::Membership,
        due: Due::Stated("profile_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[PROFILE_SUBMITTED],
        missed_by: &[EXPIRED],
        released_by: &[REJECTED, INELIGIBLE, WITHDRAWN],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("application_profile_days"),
    },
    Clock {
        kind: Kind::CertificationDecision,
        title: "Decision on the application",
        ask: "Certify the applicant, reject the application or find the applicant ineligible. The day is a target of the law, not a bar.",
        owner: Owner::Supervisor,
        starts: Starts::Once(PROFILE_SUBMITTED),
        about: About::Membership,
        due: Due::Stated("certification_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[CERTIFIED, REJECTED, INELIGIBLE],
        missed_by: &[],
        released_by: &[WITHDRAWN],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("certification_target_days"),
    },
    Clock {
        kind: Kind::ProfileReview,
        title: "Review of the security profile",
        ask: "Decide each answer of the security profile, then approve or return it.",
        owner: Owner::Specialist,
        starts: Starts::EveryTime(PROFILE_SUBMITTED),
        about: About::Membership,
        due: Due::DaysAfter,
        window: None,
        repeats: Repeats::Never,
        met_by: &[PROFILE_RETURNED, PROFILE_APPROVED],
        missed_by: &[],
        released_by: &[REJECTED, INELIGIBLE, WITHDRAWN],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("profile_review_days"),
    },
    Clock {
        kind: Kind::ProfileAnswer,
        title: "Answer to the returned security profile",
        ask: "Mend the answers that CBP rejected, and let a company officer submit the security profile again.",
        owner: Owner::Company,
        starts: Starts::EveryTime(PROFILE_RETURNED),
        about: About::Membership,
        due: Due::StatedIfAny("answer_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[Happens::on("membership.profile_submitted", "submitted_on")],
        missed_by: &[],
        released_by: &[REJECTED, INELIGIBLE, WITHDRAWN],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Text(
            BasisKind::SecondarySource,
            "Handbook 3.3: there is no public limit for applicants; the specialist who returns the profile may set one.",
        ),
    },
    Clock {
        kind: Kind::FirstValidation,
        title: "First validation",
        ask: "Validate the member on site for the first time. The day is a target of the law, not a bar.",
        owner: Owner::Specialist,
        starts: Starts::Once(CERTIFIED),
        about: About::Membership,
        due: Due::Stated("first_validation_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[VALIDATED],
        missed_by: &[],
        released_by: LEFT,
        resumed_by: &[RESTORED],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("first_validation_years"),
    },
    Clock {
        kind: Kind::AnnualReview,
        title: "Annual review of the security profile",
        ask: "Look at every answer of the security profile, from a fresh risk assessment. This portal takes no changes of an approved security \
              profile yet: tell the specialist who looks after your membership what has changed, or that every answer still holds.",
        owner: Owner::Company,
        starts: Starts::Once(CERTIFIED),
        about: About::Membership,
        due: Due::Stated("anniversary_on"),
        window: Some("annual_review_window_days"),
        repeats: Repeats::EveryYear,
        met_by: &[],
        missed_by: &[],
        released_by: LEFT,
        resumed_by: &[RESTORED],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("annual_review_window_days"),
    },
    Clock {
        kind: Kind::Revalidation,
        title: "Revalidation",
        ask: "Validate the member on site again. The law asks for it at least once in each four years.",
        owner: Owner::Specialist,
        starts: Starts::EveryTime(VALIDATED),
        about: About::Membership,
        due: Due::Stated("revalidation_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[VALIDATED],
        missed_by: &[],
        released_by: LEFT,
        resumed_by: &[RESTORED],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("revalidation_max_years"),
    },
    Clock {
        kind: Kind::SuspensionAnswer,
        title: "Answer to the suspension",
        ask: "Submit a corrective plan with what will be done by when. Without an answer in time the member can be removed.",
        owner: Owner::Company,
        starts: Starts::EveryTime(DECIDED),
        about: About::Stream,
        due: Due::StatedIfAny("answer_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[Happens::on("enforcement_action.corrective_plan_submitted", "submitted_on")],
        missed_by: &[],
        released_by: &[ACTION_ENDED],
        resumed_by: &[Happens::on("enforcement_action.resumed", "resumed_on")],
        moved_by: &[Happens::on("enforcement_action.corrected", "corrected_on")],
        lapses: false,
        rests_on: RestsOn::Policy("suspension_response_days"),
    },
    Clock {
        kind: Kind::AppealFiling,
        title: "Last day to appeal",
        ask: "File an appeal if you hold the decision to be wrong. You need not; after the last day no appeal lies.",
        owner: Owner::Company,
        starts: Starts::EveryTime(Happens::on("enforcement_action.decided", "decided_on")),
        about: About::Stream,
        due: Due::StatedIfAny("appeal_due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[Happens::on("enforcement_action.appeal_filed", "filed_on")],
        missed_by: &[],
        released_by: &[ACTION_ENDED],
        resumed_by: &[],
        moved_by: &[],
        lapses: true,
        rests_on: RestsOn::Text(
            BasisKind::Statute,
            "6 U.S.C. 967(c): 90 days from the decision; 30 days where the cause is knowingly false information.",
        ),
    },
    Clock {
        kind: Kind::AppealDecision,
        title: "Decision on the appeal",
        ask: "Grant or deny the appeal. Whoever decided the action does not decide on the appeal. The day is a duty of CBP, not a bar.",
        owner: Owner::Director,
        starts: Starts::EveryTime(Happens::on("enforcement_action.appeal_filed", "filed_on")),
        about: About::Member("appeal_id"),
        due: Due::Stated("due_on"),
        window: None,
        repeats: Repeats::Never,
        met_by: &[
            Happens::on("enforcement_action.appeal_granted", "decided_on"),
            Happens::on("enforcement_action.appeal_denied", "decided_on"),
        ],
        missed_by: &[],
        released_by: &[Happens::on("enforcement_action.appeal_withdrawn", "withdrawn_on")],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("appeal_decision_days"),
    },
    Clock {
        kind: Kind::WithdrawalClosing,
        title: "Closing of the membership",
        ask: "Close the membership that its company asked to leave.",
        owner: Owner::Supervisor,
        starts: Starts::EveryTime(Happens::on("membership.withdrawal_requested", "requested_on")),
        about: About::Membership,
        due: Due::DaysAfter,
        window: None,
        repeats: Repeats::Never,
        met_by: &[CLOSED],
        missed_by: &[],
        released_by: &[
            Happens::on("membership.withdrawal_taken_back", "taken_back_on"),
            // A later request takes the place of an earlier one.
            Happens::on("membership.withdrawal_requested", "requested_on"),
            REMOVED,
        ],
        resumed_by: &[],
        moved_by: &[],
        lapses: false,
        rests_on: RestsOn::Policy("withdrawal_closing_days"),
    },
];

/// The clock of a kind.
pub fn clock(kind: Kind) -> Option<&'static Clock> {
    CLOCKS.iter().find(|clock| clock.kind == kind)
}
