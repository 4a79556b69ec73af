"""The pack language: YAML with lines, short typed sentences, the elements of a regulation, and the loader that checks them."""
