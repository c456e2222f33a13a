//! Questions that many ask at the same moment, put to the database as one.
//!
//! Every request has to know what is so now, on whatever process it was written; so it asks the database. Under load that is the same small
//! question many times at once, and what it costs is the asking. Who asks while a question is under way waits for the next one, which
//! takes along everybody who waits: each answer is from a question that was put after it was asked for.

use crate::ledger::LedgerError;
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The most keys of one question; further ones wait for the next.
const MOST: usize = 256;

type Answer<V> = Result<Option<V>, Arc<sqlx::Error>>;

/// Answers by key, asked for together.
pub struct Together<K, V> {
    questions: mpsc::UnboundedSender<(K, oneshot::Sender<Answer<V>>)>,
}

impl<K, V> Clone for Together<K, V> {
    fn clone(&self) -> Self {
        Self { questions: self.questions.clone() }
    }
}

impl<K, V> Together<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + 'static,
{
    /// Starts answering by `ask`, which gives what it finds; a key that is not among it has no value.
    pub fn start<F, Fut>(ask: F) -> Self
    where
        F: Fn(Vec<K>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<HashMap<K, V>, sqlx::Error>> + Send,
    {
        let (questions, mut asked) = mpsc::unbounded_channel::<(K, oneshot::Sender<Answer<V>>)>();
        tokio::spawn(async move {
            while let Some((key, asker)) = asked.recv().await {
                let mut waiting = HashMap::from([(key, vec![asker])]);
                while waiting.len() < MOST
                    && let Ok((key, asker)) = asked.try_recv()
                {
                    waiting.entry(key).or_default().push(asker);
                }
                let mut found = ask(waiting.keys().cloned().collect()).await.map_err(Arc::new);
                for (key, askers) in waiting {
                    let answer = match &mut found {
                        Ok(found) => Ok(found.remove(&key)),
                        Err(error) => Err(error.clone()),
                    };
                    for asker in askers {
                        // Who has gone away does not want the answer any more.
                        let _ = asker.send(answer.clone());
                    }
                }
            }
        });
        Self { questions }
    }

    /// What is so now under this key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask(&self, key: K) -> Result<Option<V>, LedgerError> {
        let (asker, answer) = oneshot::channel();
        let gone = |()| LedgerError::Database(sqlx::Error::WorkerCrashed);
        self.questions.send((key, asker)).map_err(|_| gone(()))?;
        Ok(answer.await.map_err(|_| gone(()))??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn who_asks_meanwhile_is_answered_by_a_later_question() {
        let (rounds, value) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(1)));
        let (counted, told) = (rounds.clone(), value.clone());
        let together = Together::start(move |keys: Vec<u32>| {
            counted.fetch_add(1, Ordering::SeqCst);
            let now = told.load(Ordering::SeqCst);
            async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ok(keys.into_iter().filter(|key| *key > 0).map(|key| (key, now)).collect())
            }
        });
        let first = tokio::spawn({
            let together = together.clone();
            async move { together.ask(7).await.unwrap() }
        });
        while rounds.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // Something is written while the first question is under way: whoever asks from now on has to see it.
        value.store(2, Ordering::SeqCst);
        let later = futures::future::join_all((0..100).map(|number| together.ask(number % 4))).await;
        assert_eq!(first.await.unwrap(), Some(1));
        for (number, answer) in later.into_iter().enumerate() {
            assert_eq!(answer.unwrap(), (number % 4 > 0).then_some(2));
        }
        assert_eq!(rounds.load(Ordering::SeqCst), 2, "a hundred are answered by one question");
    }

    #[tokio::test]
    async fn a_question_that_fails_fails_for_all_who_asked_and_the_next_one_is_put() {
        let failing = Arc::new(AtomicUsize::new(1));
        let fails = failing.clone();
        let together = Together::start(move |keys: Vec<u32>| {
            let fail = fails.load(Ordering::SeqCst) == 1;
            async move {
                if fail {
                    return Err(sqlx::Error::PoolTimedOut);
                }
                Ok(keys.into_iter().map(|key| (key, key)).collect())
            }
        });
        let (one, two) = tokio::join!(together.ask(1), together.ask(2));
        assert!(one.is_err_and(|error| error.is_unavailable()));
        assert!(two.is_err_and(|error| error.is_unavailable()));
        failing.store(0, Ordering::SeqCst);
        assert_eq!(together.ask(1).await.unwrap(), Some(1));
    }
}
