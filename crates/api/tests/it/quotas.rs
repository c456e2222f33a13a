//! Quotas: told in every answer, enforced per client.

use crate::support::{Options, Server};
use kernel::Role;

#[test]
fn a_client_beyond_its_quota_is_told_when_to_come_again_and_others_are_not_disturbed() {
    let server = Server::start(Options { per_second: 1, burst: 3, ..Options::default() });
    let greedy = server.token("greedy", &[Role::Operator]);
    for left in [2, 1, 0] {
        let answer = server.get_as(&greedy, "/metrics");
        assert_eq!(
            (answer.status, answer.header("ratelimit")),
            (200, Some(format!("\"default\";r={left}").as_str()))
        );
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=3;w=3"));
    }
    let refused = server.get_as(&greedy, "/metrics");
    refused.problem("too-many-requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(server.get_as(&server.token("modest", &[Role::Operator]), "/metrics").status, 200);
}
