"""Cases 案件: their events, which are the truth, and the tables projected from them."""
