"""What somebody is told of: each event that concerns them, once, in words made when they are read."""
