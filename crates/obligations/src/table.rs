//! Every clock there is. Handbook 3.3, 3.4, 5, 6 and 14.

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
        met_by: &[],
        missed_by: &[],
        released_by: &[WITHDRAWN],
        rests_on: RestsOn::Policy("first_validation_years"),
    },
    Clock {
        kind: Kind::AnnualReview,
        title: "Annual review of the security profile",
        ask: "Look at every answer of the security profile, change what has changed and affirm the rest, from a fresh risk assessment; a \
              company officer submits it. What was changed before the window opened does not count.",
        owner: Owner::Company,
        starts: Starts::Once(CERTIFIED),
        about: About::Membership,
        due: Due::Stated("anniversary_on"),
        window: Some("annual_review_window_days"),
        repeats: Repeats::EveryYear,
        met_by: &[],
        missed_by: &[],
        released_by: &[WITHDRAWN],
        rests_on: RestsOn::Policy("annual_review_window_days"),
    },
];

/// The clock of a kind.
pub fn clock(kind: Kind) -> Option<&'static Clock> {
    CLOCKS.iter().find(|clock| clock.kind == kind)
}
