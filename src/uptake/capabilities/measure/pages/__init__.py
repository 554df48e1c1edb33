"""The pages about figures: portfolio, deployment, explore, my adoption, team."""
