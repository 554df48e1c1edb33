"""The outbox: messages to people and to channels, each sent once, or seen not to have been."""
