"""What stage train is made of: the rows it learns from, cross-validation, the choice, and the record of it."""
