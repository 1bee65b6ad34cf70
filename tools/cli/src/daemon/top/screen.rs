// SPDX-License-Identifier: MIT

//! Drawing a view on the terminal.

use std::path::Path;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Gauge, Paragraph, Row, Sparkline, Table, Wrap};

use super::super::error::DaemonError;
use super::view::View;

/// Draws everything: the curve of accepted transfers, how full the ring is, all facts, and what somebody should see to.
pub(super) fn draw(frame: &mut Frame<'_>, socket: &Path, view: &View, curve: &[u64]) {
    let alerts = view.alerts();
    // CAST: a handful.
    let height = alerts.len().max(1) as u16 + 2;
    let [head, rates, ring, facts, seen] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(7),
        Constraint::Length(3),
        Constraint::Min(4),
        Constraint::Length(height),
    ])
    .areas(frame.area());
    frame.render_widget(title(socket), head);
    let block = Block::bordered().title(format!(" Transfers accepted: {:.0} a second ", view.accepted));
    let width = usize::from(rates.width.saturating_sub(2));
    let latest = &curve[curve.len().saturating_sub(width)..];
    frame.render_widget(Sparkline::default().block(block).data(latest).style(Style::new().fg(Color::Green)), rates);
    let colour = if view.ring > 0.5 { Color::Red } else { Color::Blue };
    let gauge = Gauge::default().block(Block::bordered().title(" Ring in use ")).gauge_style(colour);
    frame.render_widget(gauge.ratio(view.ring.clamp(0.0, 1.0)), ring);
    let rows = view.facts().into_iter().map(|(name, value)| Row::new([name.to_owned(), value]));
    let table = Table::new(rows, [Constraint::Length(22), Constraint::Min(10)]).block(Block::bordered());
    frame.render_widget(table, facts);
    let lines: Vec<Line<'_>> = match alerts.is_empty() {
        true => vec!["none".into()],
        false => alerts.into_iter().map(|alert| Line::from(alert).red().bold()).collect(),
    };
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" Alerts ")), seen);
}

/// Draws why there is nothing to draw.
pub(super) fn draw_trouble(frame: &mut Frame<'_>, socket: &Path, error: &DaemonError) {
    let [head, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(frame.area());
    frame.render_widget(title(socket), head);
    let text = Paragraph::new(error.to_string()).red().wrap(Wrap { trim: true });
    frame.render_widget(text.block(Block::bordered().title(" No answer ")), rest);
}

fn title(socket: &Path) -> Line<'static> {
    Line::from(format!(" QENEX at {} — q leaves", socket.display())).bold()
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn drawn(width: u16, height: u16, view: &View) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| draw(frame, Path::new("/s"), view, &[1, 2, 3])).expect("drawn");
        terminal.backend().to_string()
    }

    #[test]
    fn everything_is_on_it() {
        let view = View { is_ready: true, accepted: 1234.0, ring: 0.25, ..View::default() };
        let screen = drawn(80, 40, &view);
        for part in ["QENEX at /s", "1234 a second", "25%", "Not durable yet", "Alerts", "none"] {
            assert!(screen.contains(part), "{part}:\n{screen}");
        }
        assert!(drawn(80, 40, &View::default()).contains("not open for business"));
    }

    #[test]
    fn a_terminal_of_any_size_does() {
        for (width, height) in [(1, 1), (3, 2), (10, 5), (300, 100)] {
            drawn(width, height, &View::default());
        }
    }
}
