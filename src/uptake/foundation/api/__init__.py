"""What every endpoint of the API rests on: who asks, how often, in which shape, answered once."""
