"""Pages of imports: each gets, checks, calls one action or query, and renders."""
