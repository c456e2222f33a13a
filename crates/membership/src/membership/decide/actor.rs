//! Who may do what, as far as it is a rule of the programme. Ownership and the rest are decided before, by the portal.

use kernel::{Actor, Refusal, Role};

/// Only a company officer: applying and submitting. Handbook 1.3 and 3.3.
pub fn officer(actor: &Actor) -> Result<(), Refusal> {
    if actor.role == Role::Officer {
        return Ok(());
    }
    Err(Refusal::actor("officer_only", "Only a company officer may do this."))
}

/// An officer or an employee of the company. A consultant never signs, and a machine does not declare. Handbook 1.3.
pub fn officer_or_employee(actor: &Actor) -> Result<(), Refusal> {
    match actor.role {
        Role::Officer | Role::Employee => Ok(()),
        Role::Consultant => {
            Err(Refusal::actor("consultant_never_signs", "A consultant may help to prepare, but not sign."))
        }
        _ => {
            Err(Refusal::actor("company_only", "Only an officer or an employee of the company may do this."))
        }
    }
}

/// CBP staff. Handbook 1.4.
pub fn staff(actor: &Actor) -> Result<(), Refusal> {
    if actor.role.is_staff_role() {
        return Ok(());
    }
    Err(Refusal::actor("staff_only", "Only CBP staff may do this."))
}

/// A supervisor or the programme director. Handbook 4.4: who approves and certifies.
pub fn supervisor(actor: &Actor) -> Result<(), Refusal> {
    if matches!(actor.role, Role::Supervisor | Role::ProgrammeDirector) {
        return Ok(());
    }
    Err(Refusal::actor("supervisor_only", "Only a supervisor or the programme director may do this."))
}

/// The programme director at headquarters. Handbook 1.4 and 4.4: who suspends, removes and reinstates.
pub fn director(actor: &Actor) -> Result<(), Refusal> {
    if actor.role == Role::ProgrammeDirector {
        return Ok(());
    }
    Err(Refusal::actor("programme_director_only", "Only the programme director may do this."))
}

/// The portal's own clock.
pub fn system(actor: &Actor) -> Result<(), Refusal> {
    if actor.role == Role::System {
        return Ok(());
    }
    Err(Refusal::actor("system_only", "Only the portal itself does this, when a period has run out."))
}
