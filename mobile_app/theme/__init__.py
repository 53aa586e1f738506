"""The look: tokens in `tokens.kv`, fonts, and the one `theme` object that the widgets bind to."""
