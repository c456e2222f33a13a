//! What a body says, as far as it can be read: for rules that are asked of a body which has other mistakes too.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A body that may have mistakes, and the day on which it came.
pub struct Given<'a> {
    body: &'a Value,
    /// The day, in the programme's time.
    pub today: NaiveDate,
}

impl<'a> Given<'a> {
    pub(crate) fn new(body: &'a Value, today: NaiveDate) -> Self {
        Self { body, today }
    }

    /// A member, if it is there and can be read.
    pub fn at<T: DeserializeOwned>(&self, pointer: &str) -> Option<T> {
        T::deserialize(self.body.pointer(pointer)?).ok()
    }

    /// Whether a member is there.
    pub fn has(&self, pointer: &str) -> bool {
        self.body.pointer(pointer).is_some()
    }

    /// Those items of a list that can be read, by their places in it.
    pub fn items<T: DeserializeOwned>(&self, pointer: &str) -> Vec<(usize, T)> {
        let list =
            self.body.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let read = list.iter().enumerate();
        read.filter_map(|(index, item)| Some((index, T::deserialize(item).ok()?))).collect()
    }

    /// A member of every item of a list; `None` where the list, or the member in one of its items, cannot be read. A list that is not
    /// there is empty.
    pub fn of_all<T: DeserializeOwned>(&self, pointer: &str, member: &str) -> Option<Vec<T>> {
        let Some(list) = self.body.pointer(pointer) else { return Some(Vec::new()) };
        list.as_array()?.iter().map(|item| T::deserialize(item.get(member)?).ok()).collect()
    }
}
