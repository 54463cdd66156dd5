"""What may be fitted: each family takes the float32 matrix, and becomes trees."""
