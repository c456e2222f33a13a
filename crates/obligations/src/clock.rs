//! What a clock is.

use chrono::NaiveDate;
use kernel::Policy;
use kernel::policy::BasisKind;
use serde_json::Value;

kernel::codes! {
    /// Every kind of deadline.
    pub enum Kind {
        /// The security profile of an application has to come in.
        ApplicationProfile = "application_profile",
        /// CBP aims to decide on the application.
        CertificationDecision = "certification_decision",
        /// A submitted security profile has to be reviewed.
        ProfileReview = "profile_review",
        /// A returned security profile has to be answered.
        ProfileAnswer = "profile_answer",
        /// A new member has to be validated for the first time.
        FirstValidation = "first_validation",
        /// The security profile has to be reviewed and affirmed for the year.
        AnnualReview = "annual_review",
        /// A validated member has to be validated again.
        Revalidation = "revalidation",
        /// A suspension has to be answered with a corrective plan.
        SuspensionAnswer = "suspension_answer",
        /// Until when an appeal can be filed.
        AppealFiling = "appeal_filing",
        /// An appeal has to be decided.
        AppealDecision = "appeal_decision",
        /// A membership that its company asked to leave has to be closed.
        WithdrawalClosing = "withdrawal_closing",
    }
}

kernel::codes! {
    /// Who has to meet a deadline.
    pub enum Owner {
        /// The company.
        Company = "company",
        /// The specialist who looks after the membership.
        Specialist = "specialist",
        /// A supervisor.
        Supervisor = "supervisor",
        /// The programme director.
        Director = "director",
    }
}

/// An event by its type, and where it says on which day it was so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happens {
    /// The type of the event.
    pub event: &'static str,
    /// The member of its payload that holds the day.
    pub on: &'static str,
    /// The name by which `membership.date_corrected` mends that day, where it does.
    pub mended_as: Option<&'static str>,
}

impl Happens {
    /// An event whose day is never mended.
    pub const fn on(event: &'static str, on: &'static str) -> Self {
        Self { event, on, mended_as: None }
    }

    /// An event whose day a correction may mend.
    pub const fn mended(event: &'static str, on: &'static str, mended_as: &'static str) -> Self {
        Self { event, on, mended_as: Some(mended_as) }
    }
}

/// How often the event of its start starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// The first time for a membership.
    Once(Happens),
    /// Every time.
    EveryTime(Happens),
}

impl Starts {
    /// The event.
    pub const fn happens(self) -> Happens {
        match self {
            Starts::Once(happens) | Starts::EveryTime(happens) => happens,
        }
    }
}

/// How the last day is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The event states it in this member, and `membership.date_corrected` mends it by the same name.
    Stated(&'static str),
    /// The event may state it in this member; where it does not, there is no deadline.
    StatedIfAny(&'static str),
    /// So many days after the start as the policy value says that the clock rests on.
    DaysAfter,
}

/// Whether a clock starts again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// It does not.
    Never,
    /// The next one is due a year later, reckoned from the day on which the first one started.
    EveryYear,
}

/// Which member of the payloads tells several of the kind apart that run at once for a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// There is one at a time: the membership tells which.
    Membership,
    /// The member, for example `appeal_id`; an event without it concerns all of them.
    Member(&'static str),
    /// The stream of the event that starts it, for example that of an enforcement action; an event of another aggregate concerns all of them.
    Stream,
}

/// Where it is written that something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestsOn {
    /// This policy value, with its basis.
    Policy(&'static str),
    /// This, with no period of its own.
    Text(BasisKind, &'static str),
}

/// A clock: what starts it, when it is due, and what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Its kind.
    pub kind: Kind,
    /// What has to be done, as a heading.
    pub title: &'static str,
    /// What has to be done, in a sentence to whoever owes it.
    pub ask: &'static str,
    /// Who owes it.
    pub owner: Owner,
    /// What starts it.
    pub starts: Starts,
    /// What tells several at once apart.
    pub about: About,
    /// When it is due.
    pub due: Due,
    /// The policy value that says how many days before it is due it can first be met, where that is not at once.
    pub window: Option<&'static str>,
    /// Whether it starts again.
    pub repeats: Repeats,
    /// What meets it.
    pub met_by: &'static [Happens],
    /// What is the consequence of its having been missed.
    pub missed_by: &'static [Happens],
    /// What makes it pointless.
    pub released_by: &'static [Happens],
    /// What lets it run again: with a last day where the event states one, else as it was before it was released.
    pub resumed_by: &'static [Happens],
    /// What moves its last day, where the event states one.
    pub moved_by: &'static [Happens],
    /// Whether it is a right rather than a duty, and ends with its last day.
    pub lapses: bool,
    /// Where it is written.
    pub rests_on: RestsOn,
}

impl Clock {
    /// The legal basis, with how firm it is.
    pub fn basis(&self, policy: &Policy) -> (BasisKind, String) {
        match self.rests_on {
            RestsOn::Text(kind, text) => (kind, text.to_owned()),
            RestsOn::Policy(key) => policy
                .values()
                .into_iter()
                .find(|value| value.key == key)
                .map_or((BasisKind::DesignChoice, String::new()), |value| (value.basis_kind, value.basis)),
        }
    }

    /// The policy value that the last day follows from, and whether it follows from it: a stated day stays as it was stated.
    pub const fn policy_key(&self) -> Option<&'static str> {
        match self.rests_on {
            RestsOn::Policy(key) => Some(key),
            RestsOn::Text(..) => None,
        }
    }

    /// The member in which an event states the last day.
    pub(crate) const fn stated(&self) -> Option<&'static str> {
        match self.due {
            Due::Stated(member) | Due::StatedIfAny(member) => Some(member),
            Due::DaysAfter => None,
        }
    }
}

/// A day in a payload.
pub(crate) fn day(payload: &Value, member: &str) -> Option<NaiveDate> {
    payload.get(member)?.as_str()?.parse().ok()
}
