//! What is no HTTP, shown as a conversation: a line a message.

mod panel;

pub use panel::ConversationPanel;
