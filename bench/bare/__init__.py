"""The yardstick of the intake: a bare Django view that inserts the rows of one case and does nothing else."""
