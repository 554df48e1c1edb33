"""Mathematics of what people answer when they are asked: agreement, how alike, what moved."""
