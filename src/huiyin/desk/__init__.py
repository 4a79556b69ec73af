"""The desk 工作台: where people inside the organisation see what they owe, and act."""
