"""The music room: moods, a piano roll, takes, and what plays them."""
