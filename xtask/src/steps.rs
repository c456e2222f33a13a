//! An errand is a row of named steps; each tells when it begins, how long it took, and, if so, how it failed.

use crate::interrupt;
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Which step failed, and how.
#[derive(Debug)]
pub(crate) struct Failure {
    step: String,
    sentence: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the step \"{}\" failed: {}", self.step, self.sentence)
    }
}

/// The steps so far.
#[derive(Debug)]
pub(crate) struct Steps {
    done: Vec<(String, Duration, bool)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Does one step.
    pub(crate) fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, Failure> {
        println!("\n==> {name}");
        let begin = Instant::now();
        let outcome = if interrupt::happened() { Err("interrupted".to_owned()) } else { work() };
        let taken = begin.elapsed();
        self.done.push((name.to_owned(), taken, outcome.is_ok()));
        match outcome {
            Ok(value) => {
                println!("    done in {}", seconds(taken));
                Ok(value)
            }
            Err(sentence) => {
                let sentence = if interrupt::happened() { "interrupted".to_owned() } else { sentence };
                Err(Failure { step: name.to_owned(), sentence })
            }
        }
    }

    /// Prints what was done and how long each step took.
    pub(crate) fn summary(&self) {
        let width = self.done.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        println!("\n==> Steps");
        for (name, taken, good) in &self.done {
            println!("    {name:width$}  {:>9}  {}", seconds(*taken), if *good { "ok" } else { "FAILED" });
        }
        let whole: Duration = self.done.iter().map(|(_, taken, _)| *taken).sum();
        println!("    {:width$}  {:>9}", "all together", seconds(whole));
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// Runs the command with what it prints shown, after a line that can be pasted into a shell.
pub(crate) fn execute(command: &mut Command) -> Result<(), String> {
    let line = line(command);
    println!("    $ {line}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("`{line}` cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` ended with {status}")) }
}

/// Runs the command and gives what it wrote to standard output; its errors are shown.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let line = line(command);
    let answer = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{line}` cannot be started: {error}"))?;
    if !answer.status.success() {
        print!("{}", String::from_utf8_lossy(&answer.stdout));
        return Err(format!("`{line}` ended with {}", answer.status));
    }
    String::from_utf8(answer.stdout).map_err(|_| format!("`{line}` did not answer in UTF-8"))
}

fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| {
            let part = part.to_string_lossy();
            if part.is_empty() || part.contains([' ', '"', '\'', '$', '*', '&', '|']) {
                format!("'{}'", part.replace('\'', "'\\''"))
            } else {
                part.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::{execute, line};
    use std::process::Command;

    #[test]
    fn a_line_can_be_pasted() {
        assert_eq!(line(Command::new("echo").args(["a b", "c", "it's", ""])), "echo 'a b' c 'it'\\''s' ''");
    }

    #[test]
    fn a_failure_names_its_command() {
        assert!(execute(&mut Command::new("true")).is_ok());
        assert_eq!(execute(&mut Command::new("false")).unwrap_err(), "`false` ended with exit status: 1");
        assert!(execute(&mut Command::new("/nowhere/x")).unwrap_err().contains("cannot be started"));
    }
}
