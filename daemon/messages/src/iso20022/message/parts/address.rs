// SPDX-License-Identifier: MIT

//! Postal addresses.

use crate::iso20022::message::{Letters, Text};

element! {
    /// `PostalAddress24`. Structured with town and country, or hybrid with two lines beside them: unstructured addresses
    /// are no longer accepted.
    #[derive(Default, Eq)]
    pub struct PostalAddress {
        /// Department of an organisation.
        department: Option<Text<70>> = "Dept",
        /// Part of a department.
        sub_department: Option<Text<70>> = "SubDept",
        /// Street.
        street: Option<Text<70>> = "StrtNm",
        /// Number of the house.
        building_number: Option<Text<16>> = "BldgNb",
        /// Name of the house.
        building_name: Option<Text<35>> = "BldgNm",
        /// Floor.
        floor: Option<Text<70>> = "Flr",
        /// Post office box.
        post_box: Option<Text<16>> = "PstBx",
        /// Room.
        room: Option<Text<70>> = "Room",
        /// Post code.
        post_code: Option<Text<16>> = "PstCd",
        /// Town.
        town: Option<Text<35>> = "TwnNm",
        /// Part of the town.
        town_location: Option<Text<35>> = "TwnLctnNm",
        /// District.
        district: Option<Text<35>> = "DstrctNm",
        /// State, province or canton.
        subdivision: Option<Text<35>> = "CtrySubDvsn",
        /// Country, ISO 3166-1 alpha-2.
        country: Option<Letters<2>> = "Ctry",
        /// Lines; at most two of 70 characters in a hybrid address.
        #[serde(default)]
        lines: Vec<Text<70>> = "AdrLine",
    }
}
