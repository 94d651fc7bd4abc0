"""The style room: one picture in the manner of others."""
