"""The rehearsal (演练): how a city's year would go, played by made-up people through the real register."""
