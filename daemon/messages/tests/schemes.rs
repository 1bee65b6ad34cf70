// SPDX-License-Identifier: MIT

//! The calendar, decimal numbers, characters, mandates and time limits.

use std::cmp::Ordering;

use proptest::prelude::*;
use qenex_messages::amount::{Decimal, Money};
use qenex_messages::calendar::{Date, Weekday, closing_day, is_business_day, next_business_day};
use qenex_messages::rules::Profile;
use qenex_messages::rules::sepa::charset::{is_allowed, transliterate};
use qenex_messages::rules::sepa::mandate::{Mandate, MandateError, MandateState, SequenceType};
use qenex_messages::rules::sepa::reasons::{Exception, is_known, last_day_of_recall, last_day_of_return};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

#[test]
fn target_calendar() {
    // As published by the European Central Bank.
    for closed in [
        "2024-03-29",
        "2024-04-01",
        "2025-04-18",
        "2025-04-21",
        "2026-04-03",
        "2026-04-06",
        "2027-03-26",
        "2027-03-29",
        "2026-01-01",
        "2026-05-01",
        "2026-12-25",
        "2027-12-25",
        "2025-12-26",
        "2026-11-21",
        "2026-11-22",
    ] {
        assert!(!is_business_day(day(closed)), "{closed}");
    }
    for open in ["2026-11-23", "2026-04-02", "2026-04-07", "2026-12-24", "2026-12-31", "2026-05-14", "2026-10-05"] {
        assert!(is_business_day(day(open)), "{open}");
    }
    assert_eq!(next_business_day(day("2026-04-03")), Some(day("2026-04-07")));
    assert_eq!(closing_day(day("2026-04-03")), Some("Good Friday"));
    assert_eq!(day("2026-11-22").weekday(), Weekday::Sunday);
    assert_eq!(day("2024-01-31").plus_months(1), Some(day("2024-02-29")));
}

#[test]
fn dates_that_are_none() {
    for text in [
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-1-1",
        "0000-01-01",
        "2026-11-30x",
        "",
        "20261130",
        "+026-01-01",
    ] {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
    assert_eq!("2026-11-30T10:00:00Z".parse(), Ok(day("2026-11-30")));
}

#[test]
fn money() {
    let money = |text: &str, currency| Money::new(text.parse().expect("a number"), currency).map(|money| money.minor);
    assert_eq!(money("1000.50", "EUR"), Ok(100_050));
    assert_eq!(money("1000.500", "EUR"), Ok(100_050));
    assert_eq!(money("90071992547409.93", "EUR"), Ok(9_007_199_254_740_993));
    assert!(money("1.5", "JPY").is_err() && money("-1", "JPY").is_err());
    assert!(money("1000.505", "EUR").is_err() && money("1", "XAU").is_err() && money("1", "eur").is_err());
    for text in ["", ".", "1e3", "1,5", "NaN", "1.2.3", "--1", "\u{661}", &"9".repeat(60)] {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
}

#[test]
fn characters() {
    assert_eq!(transliterate("Müller & Söhne <Zürich>"), "Muller + Sohne 'Zurich'");
    assert_eq!(transliterate("Łódź €5 Ωμέγα Жук"), "Lodz e5 Omega ZHuk");
    assert_eq!(transliterate("Straße"), "Strasse");
}

#[test]
fn mandates() {
    let mut mandate = Mandate::signed(day("2024-01-31"));
    assert_eq!(
        mandate.collect(SequenceType::First, day("2024-01-30")),
        Err(MandateError::NotYetSigned(day("2024-01-31")))
    );
    assert_eq!(mandate.collect(SequenceType::Recurrent, day("2024-03-01")), Ok(()));
    let again = mandate.collect(SequenceType::First, day("2024-04-01"));
    assert_eq!(again, Err(MandateError::OutOfSequence(SequenceType::First)));
    assert_eq!(mandate.lapses(), Some(day("2027-03-01")));
    assert_eq!(
        mandate.collect(SequenceType::Recurrent, day("2027-03-02")),
        Err(MandateError::Lapsed(day("2027-03-01")))
    );
    assert_eq!(mandate.collect(SequenceType::Final, day("2027-03-01")), Ok(()));
    assert_eq!(mandate.collect(SequenceType::Recurrent, day("2027-03-02")), Err(MandateError::Finished));
    let mut once = Mandate::signed(day("2024-01-31"));
    assert_eq!(once.collect(SequenceType::OneOff, day("2024-02-01")), Ok(()));
    assert_eq!(once.state(), MandateState::Finished);
    once.undo_first();
    assert_eq!(once.collect(SequenceType::OneOff, day("2024-02-09")), Ok(()));
    let mut cancelled = Mandate::signed(day("2024-01-31"));
    cancelled.cancel();
    assert_eq!(cancelled.collect(SequenceType::First, day("2024-02-01")), Err(MandateError::Cancelled));
    assert!("RPRE".parse::<SequenceType>().is_err());
}

#[test]
fn time_limits() {
    let settled = day("2026-03-31");
    // Good Friday and Easter Monday are no business days.
    assert_eq!(last_day_of_return(Profile::SepaSct, "AC04", settled), Some(day("2026-04-07")));
    assert_eq!(last_day_of_return(Profile::SepaSddCore, "AC04", settled), Some(day("2026-04-09")));
    assert_eq!(last_day_of_return(Profile::SepaSddB2b, "AC04", settled), Some(day("2026-04-07")));
    assert_eq!(last_day_of_return(Profile::SepaSddCore, "MD06", settled), Some(day("2026-05-28")));
    assert_eq!(last_day_of_return(Profile::Default, "AC04", settled), None);
    assert_eq!(last_day_of_recall("DUPL", settled), Some(day("2026-04-16")));
    assert_eq!(last_day_of_recall("FRAD", settled), Some(day("2027-04-30")));
    assert!(is_known(Profile::SepaSddCore, Exception::Return, "MD06"));
    assert!(!is_known(Profile::SepaSddB2b, Exception::Return, "MD06"));
    assert!(!is_known(Profile::SepaSct, Exception::Recall, ""));
}

proptest! {
    #[test]
    fn days_count_both_ways(days in -719_162..2_932_896_i64) {
        let date = Date::from_unix_days(days).expect("a day");
        prop_assert_eq!(date.unix_days(), days);
        prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
        let next = Date::from_unix_days(days + 1);
        prop_assert!(next.is_none_or(|next| next > date));
    }

    #[test]
    fn decimals_are_exact(units in any::<i64>(), other in any::<i64>(), scale in 0..18_u8, more in 0..18_u8) {
        let (first, second) = (Decimal::new(units.into(), scale), Decimal::new(other.into(), more));
        prop_assert_eq!(first.to_string().parse::<Decimal>(), Ok(first));
        let sum = first.checked_add(second).expect("fits");
        prop_assert_eq!(sum.checked_add(second.negated()), Some(first));
        prop_assert_eq!(first.compare(second) == Some(Ordering::Equal), first == second);
    }

    #[test]
    fn transliteration_is_allowed(text in "\\PC{0,50}") {
        let written = transliterate(&text);
        prop_assert!(written.chars().all(is_allowed));
        prop_assert_eq!(transliterate(&written), written.clone());
        prop_assert!(!text.chars().all(is_allowed) || written == text);
    }
}
