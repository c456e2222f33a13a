//! What waits for whom.

use super::code::WAITING_FOR;
use super::memberships::lists::{MembershipPage, page_example};
use super::{code_list, id_list};
use crate::http::Req;
use crate::http::answer::json_page;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use kernel::{PersonId, Role};
use membership::membership::Office;
use portal::access::permission;
use serde_json::json;

async fn queue(req: Req<permission::WorkQueueRead>) -> Result<HttpResponse, Problem> {
    let offices: Vec<&str> = Office::ALL.iter().map(|office| office.as_str()).collect();
    let mut query = req.query();
    let request = query.page();
    let mut waiting_for = query.codes("waiting_for", &WAITING_FOR);
    let mut specialist_id = query.many("specialist_id", |text| {
        if text == "me" || text.parse::<PersonId>().is_ok() {
            Ok(())
        } else {
            Err("must be a person id, or me".to_owned())
        }
    });
    let office = query.codes("office", &offices);
    query.finish()?;
    for id in &mut specialist_id {
        if id == "me" {
            *id = req.caller.person_id.to_string();
        }
    }
    let specialist = req.caller.roles.contains(&Role::Specialist);
    if waiting_for.is_empty() {
        waiting_for.push(if specialist { "specialist" } else { "supervisor" }.to_owned());
    }
    let page =
        req.state.portal.work_queue(&req.call()?, waiting_for, specialist_id, office, &request).await?;
    Ok(json_page(&MembershipPage::from(page)))
}

/// The operations on the work queue.
pub fn operations() -> Vec<Operation> {
    let offices: Vec<&str> = Office::ALL.iter().map(|office| office.as_str()).collect();
    let mut specialists = id_list("per");
    if let Some(items) = specialists.pointer_mut("/items") {
        *items = json!({"type": "string", "maxLength": 36, "pattern": "^(me|per_[0-9a-f]{32})$"});
    }
    vec![
        Operation::get("/v1/work-queue", "work_queue_list", queue)
            .about("work", "See what waits", "Oldest first, with the step that comes next and its clock. Without a parameter a specialist sees what waits for specialists (`specialist_id=me` for one's own alone), others what waits for supervisors.")
            .paged()
            .parameter("waiting_for", "Who has to act next.", code_list(&WAITING_FOR))
            .parameter("specialist_id", "Only what is assigned to these specialists; `me` is the caller.", specialists)
            .parameter("office", "Only these offices.", code_list(&offices))
            .answers::<MembershipPage>(200, page_example()),
    ]
}
