//! Quotas: so many requests a second for each client, with room for bursts.

use crate::problem::{Problem, registry};
use actix_web::http::header;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The quotas of this process.
pub struct RateLimits {
    limiter: Limiter,
    per_second: u32,
    burst: u32,
}

impl RateLimits {
    /// `per_second` over time, `burst` at once; at least one of each.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let one = NonZeroU32::MIN;
        let quota = Quota::per_second(NonZeroU32::new(per_second).unwrap_or(one))
            .allow_burst(NonZeroU32::new(burst).unwrap_or(one));
        Self { limiter: RateLimiter::keyed(quota).with_middleware(), per_second, burst }
    }

    /// Takes one request off a client's quota; gives the `RateLimit` header.
    ///
    /// # Errors
    /// The quota is used up; the problem says when to come again.
    pub fn take(&self, client: &str) -> Result<String, Problem> {
        match self.limiter.check_key(&client.to_owned()) {
            Ok(snapshot) => Ok(format!("\"default\";r={}", snapshot.remaining_burst_capacity())),
            Err(not_until) => {
                let wait =
                    not_until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1);
                Err(Problem::new(registry::TOO_MANY_REQUESTS)
                    .header(header::RETRY_AFTER, &wait.to_string())
                    .header(header::HeaderName::from_static("ratelimit"), "\"default\";r=0"))
            }
        }
    }

    /// The `RateLimit-Policy` header.
    pub fn policy(&self) -> String {
        format!("\"default\";q={};w={}", self.burst, self.burst.div_ceil(self.per_second.max(1)))
    }

    /// Forgets clients that have their whole quota again.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
    }
}
