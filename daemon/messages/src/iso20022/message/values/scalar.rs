// SPDX-License-Identifier: MIT

//! Numbers, flags, dates and identifiers as values of elements.

use super::{serialized, written};
use crate::amount::Decimal;
use crate::calendar::Date;
use crate::identifiers::{Bic, Iban, Lei, Uetr};
use crate::iso20022::message::{ReadError, Reading, Value};
use crate::iso20022::record::Element;
use crate::iso20022::write::Writer;

serialized!(Decimal);

impl Value for Decimal {
    fn read(element: Element<'_>, _reading: &mut Reading) -> Result<Decimal, ReadError> {
        let text = element.text();
        text.parse().map_err(|error| ReadError { path: element.path(), reason: format!("{text:?}: {error}") })
    }

    /// With two decimals or none at least, as sums of most currencies are read.
    fn write(&self, writer: &mut Writer) {
        let mut digits = self.to_string();
        if self.scale() == 1 {
            digits.push('0');
        }
        writer.text(&digits);
    }

    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> Decimal {
        Decimal::new(i128::from(source() % 100_000_000), 5)
    }
}

written!(Date, |source| {
    // The years 1970 to 2243.
    let days = i64::try_from(source() % 100_000).unwrap_or_default();
    Date::from_unix_days(days).unwrap_or_else(|| unreachable!("{days} days after 1970"))
});
written!(Iban, |source| {
    Iban::from_bban("DE", &format!("{:018}", source() % 1_000_000_000_000_000_000)).expect("eighteen digits")
});
written!(Bic, |source| if source() % 2 == 0 { "DEUTDEFF" } else { "BNPAFRPPXXX" }.parse().expect("a code"));
written!(Lei, |_| "529900T8BM49AURSDO55".parse().expect("an identifier"));
written!(Uetr, |source| {
    let mut bytes = [0; 16];
    bytes.iter_mut().for_each(|byte| *byte = (source() % 256) as u8);
    Uetr::from_random(bytes)
});

impl Value for bool {
    fn read(element: Element<'_>, _reading: &mut Reading) -> Result<bool, ReadError> {
        match element.text().trim() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            other => Err(ReadError { path: element.path(), reason: format!("{other:?} is neither true nor false") }),
        }
    }

    fn write(&self, writer: &mut Writer) {
        writer.text(if *self { "true" } else { "false" });
    }

    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> bool {
        source() % 2 == 0
    }
}

/// A count of payments.
impl Value for u64 {
    fn read(element: Element<'_>, _reading: &mut Reading) -> Result<u64, ReadError> {
        let text = element.text();
        text.parse().map_err(|error| ReadError { path: element.path(), reason: format!("{text:?}: {error}") })
    }

    fn write(&self, writer: &mut Writer) {
        writer.text(&self.to_string());
    }

    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> u64 {
        source() % 1_000_000_000_000_000
    }
}
