// SPDX-License-Identifier: MIT

//! Which elements of a message make a part of their own.

/// Names of the elements that begin a part, with their depth: the root of the document is at depth 0. All are elements
/// that a message may have any number of.
pub fn units(message: &str) -> &'static [(usize, &'static str)] {
    match message {
        "pain.001.001.09" => &[(2, "PmtInf"), (3, "CdtTrfTxInf")],
        "pain.008.001.08" => &[(2, "PmtInf"), (3, "DrctDbtTxInf")],
        "pain.002.001.10" => &[(2, "OrgnlPmtInfAndSts"), (3, "TxInfAndSts")],
        "pacs.008.001.08" | "pacs.009.001.08" => &[(2, "CdtTrfTxInf")],
        "pacs.003.001.08" => &[(2, "DrctDbtTxInf")],
        "pacs.004.001.09" | "pacs.004.001.10" => &[(2, "TxInf")],
        "pacs.002.001.10" => &[(2, "OrgnlGrpInfAndSts"), (2, "TxInfAndSts")],
        "pacs.028.001.03" => &[(2, "OrgnlGrpInf"), (2, "TxInf")],
        "camt.052.001.08" => &[(2, "Rpt"), (3, "Ntry"), (5, "TxDtls")],
        "camt.053.001.08" => &[(2, "Stmt"), (3, "Ntry"), (5, "TxDtls")],
        "camt.054.001.08" => &[(2, "Ntfctn"), (3, "Ntry"), (5, "TxDtls")],
        "camt.056.001.08" => &[(2, "Undrlyg"), (3, "OrgnlPmtInfAndCxl"), (3, "TxInf")],
        "camt.029.001.09" => &[(2, "CxlDtls"), (3, "OrgnlPmtInfAndSts"), (3, "TxInfAndSts")],
        _ => &[],
    }
}
