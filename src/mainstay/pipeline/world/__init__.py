"""The simulated business: customers, what they do, why they leave, and what of it the files show."""
