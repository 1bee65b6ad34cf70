// SPDX-License-Identifier: MIT

//! What can be wrong with trees.

use thiserror::Error;

/// Why trees from outside cannot be walked.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum TreesError {
    /// The parts contradict each other.
    #[error("node {node} of the trees {why}")]
    Node {
        /// Counted from 0.
        node: usize,
        /// What does not fit.
        why: &'static str,
    },
    /// A tree begins nowhere.
    #[error("tree {0} has no root")]
    Root(usize),
    /// There is not one value for each node.
    #[error("there are {values} values for {nodes} nodes")]
    Values {
        /// How many values.
        values: usize,
        /// How many nodes.
        nodes: usize,
    },
}
