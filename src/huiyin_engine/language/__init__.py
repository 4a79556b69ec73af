"""The pack language: YAML with lines, short typed sentences, elements of a regulation, the loader that checks them."""
