"""The values the engine works on: events, the state folded from them, what comes in and what goes out."""
