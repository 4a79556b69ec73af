"""The interface for programs: everything the desk can do, by tokens with scopes."""
