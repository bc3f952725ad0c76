"""Settings: where they are, what they say, and the guardrails among them."""
