//! Who writes to one stream takes turns, in the order in which they came.
//!
//! Two decisions on one stream cannot both be recorded on the version that they read: one of them is made again. With many at the same
//! time nearly all are made again, and the unlucky one again and again. So within a process they queue for the stream, and only
//! processes compete with each other. A queue lives as long as somebody stands in it.

use crate::error::PortalError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};

/// The most requests that stand in all queues of a process together; beyond that they are sent away, as the ledger does.
const MOST_WAITING: usize = 1024;

/// The queues, by the id of the resource whose stream is written.
#[derive(Default)]
pub(crate) struct Turns {
    queues: Mutex<Queues>,
}

#[derive(Default)]
struct Queues {
    by_id: HashMap<String, Arc<Turn<()>>>,
    standing: usize,
}

/// A place in a queue, and the turn once it has come. Who gives up leaves the queue with it.
pub(crate) struct Place<'a> {
    turns: &'a Turns,
    id: String,
    queue: Option<Arc<Turn<()>>>,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits until it is this one's turn to write to the stream, at most until `deadline`.
    ///
    /// # Errors
    /// Too many wait already, or the turn did not come in time. Nothing has been decided then.
    pub(crate) async fn take(&self, id: String, deadline: Instant) -> Result<Place<'_>, PortalError> {
        let queue = self.enter(&id)?;
        let mut place = Place { turns: self, id, queue: Some(queue.clone()), turn: None };
        let turn = timeout_at(deadline, queue.lock_owned()).await.map_err(|_| PortalError::Overloaded)?;
        place.turn = Some(turn);
        Ok(place)
    }

    fn enter(&self, id: &str) -> Result<Arc<Turn<()>>, PortalError> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.standing >= MOST_WAITING {
            return Err(PortalError::Overloaded);
        }
        queues.standing += 1;
        Ok(queues.by_id.entry(id.to_owned()).or_default().clone())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turn = None;
        self.queue = None;
        let mut queues = self.turns.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.standing = queues.standing.saturating_sub(1);
        if queues.by_id.get(&self.id).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.by_id.remove(&self.id);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    fn queues(turns: &Turns) -> (usize, usize) {
        let queues = turns.queues.lock().unwrap();
        (queues.by_id.len(), queues.standing)
    }

    #[tokio::test]
    async fn one_after_the_other_and_who_gives_up_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.take("a".to_owned(), later()).await.unwrap();
        let other = turns.take("b".to_owned(), later()).await.unwrap();
        assert!(matches!(turns.take("a".to_owned(), soon()).await, Err(PortalError::Overloaded)));
        assert_eq!(queues(&turns), (2, 2));
        drop(first);
        let second = turns.take("a".to_owned(), later()).await.unwrap();
        drop((second, other));
        assert_eq!(queues(&turns), (0, 0));
    }

    #[tokio::test]
    async fn the_order_is_that_of_coming() {
        let turns = Arc::new(Turns::default());
        let served = Arc::new(Mutex::new(Vec::new()));
        let first = turns.take("a".to_owned(), later()).await.unwrap();
        let mut waiting = Vec::new();
        for number in 0..5 {
            let (at, served) = (turns.clone(), served.clone());
            waiting.push(tokio::spawn(async move {
                let _place = at.take("a".to_owned(), later()).await.unwrap();
                served.lock().unwrap().push(number);
            }));
            while queues(&turns).1 < number + 2 {
                tokio::task::yield_now().await;
            }
        }
        drop(first);
        futures::future::join_all(waiting).await;
        assert_eq!(*served.lock().unwrap(), [0, 1, 2, 3, 4]);
        assert_eq!(queues(&turns), (0, 0));
    }

    #[tokio::test]
    async fn beyond_what_may_wait_the_next_is_sent_away_at_once() {
        let turns = Turns::default();
        let mut places = Vec::new();
        for number in 0..MOST_WAITING {
            places.push(turns.take(number.to_string(), later()).await.unwrap());
        }
        assert!(matches!(turns.take("one more".to_owned(), later()).await, Err(PortalError::Overloaded)));
        places.pop();
        assert!(turns.take("one more".to_owned(), later()).await.is_ok());
    }
}
