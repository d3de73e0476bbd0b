"""Who: staff users and roles; brands, customers and everything that they have with a brand."""
