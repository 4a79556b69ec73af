"""The organisation 组织: units, people, who holds which post, who is away, and which regulations it has adopted."""
